import { Badge, Button, Group } from "@mantine/core";
import { IconCalendarRepeat, IconPlus } from "@tabler/icons-react";
import { recurringApi } from "@/api/recurring";
import type { RecurringRun } from "@/api/types";
import { href, paths } from "@/app/paths";
import { useT } from "@/i18n";
import { useExperimentNames } from "@/runs/names";
import { Needs } from "@/session/Needs";
import { ConfirmButton } from "@/ui/ConfirmButton";
import { Link } from "@/ui/Link";
import { type Column, ListTable } from "@/ui/ListTable";
import { PageHeader } from "@/ui/PageHeader";
import { EmptyState } from "@/ui/states";
import { TimeText } from "@/ui/times";
import { useChange } from "@/ui/useChange";
import { TriggerText } from "./describe";

const nameOf = (run: RecurringRun) => run.display_name || run.recurring_run_id;

export function EnabledBadge({ run }: { run: RecurringRun }) {
  const t = useT();
  return <Badge variant="default" tt="none" miw="max-content">{t(run.status === "DISABLED" ? "recurring.disabled" : "recurring.enabled")}</Badge>;
}

function Actions({ selected, clear }: { selected: RecurringRun[]; clear: () => void }) {
  const t = useT();
  const change = useChange(
    async (verb: "enable" | "disable" | "remove") => {
      for (const run of selected) await recurringApi[verb](run.recurring_run_id);
    },
    { refresh: [["recurring"]], done: () => t("done.saved"), onDone: clear },
  );
  if (selected.length === 0) return null;
  return (
    <Group gap="xs">
      <Needs right="WriteRecurringRuns"><Button variant="default" onClick={() => change.mutate("enable")}>{t("recurring.enable")}</Button></Needs>
      <Needs right="WriteRecurringRuns"><Button variant="default" onClick={() => change.mutate("disable")}>{t("recurring.disable")}</Button></Needs>
      <ConfirmButton needs="WriteRecurringRuns" label={t("action.delete")} title={t("confirm.delete", { name: selected.map(nameOf).join(", ") })} text={t("confirm.cannotUndo")} onConfirm={() => change.mutate("remove")} />
    </Group>
  );
}

export default function RecurringRunsPage() {
  const t = useT();
  const experiments = useExperimentNames();
  const columns: Column<RecurringRun>[] = [
    { label: t("field.name"), sort: "display_name", render: (run) => <Link to={paths.recurringRun(run.recurring_run_id)} fw={600}>{nameOf(run)}</Link> },
    { label: t("field.state"), render: (run) => <EnabledBadge run={run} /> },
    { label: t("recurring.trigger"), render: (run) => <TriggerText trigger={run.trigger} /> },
    { label: t("runs.experiment"), from: "md", render: (run) => experiments.get(run.experiment_id ?? "")?.display_name },
    { label: t("field.created"), sort: "created_at", from: "sm", render: (run) => <TimeText time={run.created_at} /> },
  ];
  const create = <Needs right="WriteRecurringRuns"><Button component="a" href={href(paths.newRun({ recurring: "1" }))} leftSection={<IconPlus size={16} />}>{t("recurring.create")}</Button></Needs>;
  return (
    <>
      <PageHeader title={t("recurring.title")} actions={create} />
      <ListTable
        label={t("recurring.title")}
        queryKey={["recurring", "list"]}
        load={async (request) => {
          const page = await recurringApi.list(request);
          return { rows: page.recurringRuns ?? [], total: page.total_size ?? 0, next: page.next_page_token };
        }}
        columns={columns}
        rowId={(run) => run.recurring_run_id}
        rowName={nameOf}
        actions={(selected, clear) => <Actions selected={selected} clear={clear} />}
        empty={<EmptyState icon={<IconCalendarRepeat size={40} stroke={1.3} />} title={t("recurring.empty")} action={create}>{t("recurring.emptyText")}</EmptyState>}
      />
    </>
  );
}
