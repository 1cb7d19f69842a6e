import { Button, Paper, SimpleGrid, Title } from "@mantine/core";
import { IconCalendarRepeat } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { recurringApi } from "@/api/recurring";
import type { RecurringRun } from "@/api/types";
import { useGo, usePathParam } from "@/app/navigation";
import { paths } from "@/app/paths";
import { useT } from "@/i18n";
import { usePipelineNames } from "@/runs/names";
import { RunsTable } from "@/runs/RunsTable";
import { Needs } from "@/session/Needs";
import { ConfirmButton } from "@/ui/ConfirmButton";
import { CopyText } from "@/ui/CopyText";
import { Facts } from "@/ui/Facts";
import { JsonValue } from "@/ui/JsonValue";
import { Link } from "@/ui/Link";
import { LoadedPage } from "@/ui/LoadedPage";
import { PageHeader } from "@/ui/PageHeader";
import { EmptyState } from "@/ui/states";
import { TimeText } from "@/ui/times";
import { useChange } from "@/ui/useChange";
import { TriggerText } from "./describe";
import { EnabledBadge } from "./RecurringRunsPage";

export default function RecurringRunPage() {
  const id = usePathParam("recurringId");
  const query = useQuery({ queryKey: ["recurring", id], queryFn: () => recurringApi.get(id) });
  return <LoadedPage query={query} missing="missing.recurring" list={{ label: "recurring.title", to: paths.recurring }}>{(run) => <Content run={run} />}</LoadedPage>;
}

function Content({ run }: { run: RecurringRun }) {
  const t = useT();
  const go = useGo();
  const name = run.display_name || run.recurring_run_id;
  const disabled = run.status === "DISABLED";
  const change = useChange((verb: "enable" | "disable") => recurringApi[verb](run.recurring_run_id), { refresh: [["recurring"]], done: () => t("done.saved") });
  const remove = useChange(() => recurringApi.remove(run.recurring_run_id), {
    refresh: [["recurring", "list"]],
    done: () => t("done.deleted", { name }),
    onDone: () => go(paths.recurring),
  });
  const schedule = run.trigger?.cron_schedule ?? run.trigger?.periodic_schedule;
  const parameters = Object.entries(run.runtime_config?.parameters ?? {});
  const reference = run.pipeline_version_reference;
  const pipelines = usePipelineNames();
  return (
    <>
      <PageHeader
        title={name}
        crumbs={[{ label: t("recurring.title"), to: paths.recurring }]}
        beside={<EnabledBadge run={run} />}
        actions={
          <>
            <Needs right="WriteRecurringRuns"><Button variant="default" onClick={() => change.mutate(disabled ? "enable" : "disable")}>{t(disabled ? "recurring.enable" : "recurring.disable")}</Button></Needs>
            <ConfirmButton needs="WriteRecurringRuns" label={t("action.delete")} title={t("confirm.delete", { name })} text={t("confirm.cannotUndo")} onConfirm={() => remove.mutate(undefined)} />
          </>
        }
      />
      <SimpleGrid cols={{ base: 1, md: 2 }} mb="lg">
        <Paper withBorder p="md">
          <Facts
            rows={[
              [t("recurring.trigger"), <TriggerText key="t" trigger={run.trigger} />],
              [t("recurring.start"), schedule?.start_time && <TimeText exact time={schedule.start_time} />],
              [t("recurring.end"), schedule?.end_time && <TimeText exact time={schedule.end_time} />],
              [t("recurring.concurrency"), run.max_concurrency],
              [t("runs.pipeline"), reference?.pipeline_id && <Link to={paths.pipeline(reference.pipeline_id, reference.pipeline_version_id)}>{pipelines.get(reference.pipeline_id)?.display_name ?? t("action.open")}</Link>],
              [t("field.description"), run.description],
              [t("field.created"), <TimeText key="c" exact time={run.created_at} />],
              [t("field.id"), <CopyText key="i" value={run.recurring_run_id} />],
            ]}
          />
        </Paper>
        <Paper withBorder p="md">
          <Title order={2} size="h5" mb="xs">{t("runs.parameters")}</Title>
          <Facts rows={parameters.map(([key, value]) => [key, <JsonValue key={key} value={value} />])} />
        </Paper>
      </SimpleGrid>
      <Title order={2} size="h4" mb="sm">{t("recurring.runsOf")}</Title>
      <RunsTable
        archived={false}
        empty={<EmptyState icon={<IconCalendarRepeat size={40} stroke={1.3} />} title={t("recurring.noRuns")}>{t(disabled ? "recurring.noRunsDisabled" : "recurring.noRunsYet")}</EmptyState>}
        predicates={[{ operation: "EQUALS", key: "recurring_run_id", string_value: run.recurring_run_id }]}
      />
    </>
  );
}
