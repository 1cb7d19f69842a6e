import { Button, Group, Menu, Select, Text, Tooltip } from "@mantine/core";
import { IconChevronDown, IconGitCompare, IconPlayerPlay } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { type Predicate, storageStateIs } from "@/api/lists";
import { pollEvery } from "@/api/live";
import { isFinished, runsApi } from "@/api/runs";
import type { Run, RuntimeState } from "@/api/types";
import { useGo, useSearchParams } from "@/app/navigation";
import { paths } from "@/app/paths";
import { useT } from "@/i18n";
import { Needs } from "@/session/Needs";
import { ConfirmButton } from "@/ui/ConfirmButton";
import { Link } from "@/ui/Link";
import { type Column, ListTable } from "@/ui/ListTable";
import { StateBadge } from "@/ui/StateBadge";
import { EmptyState } from "@/ui/states";
import { DurationText, TimeText } from "@/ui/times";
import { runsQuestion, useRunChange } from "./bulk";
import { useExperimentNames, usePipelineNames } from "./names";
import { useRunEvents } from "./useRunEvents";

const STATES: RuntimeState[] = ["RUNNING", "PENDING", "SUCCEEDED", "FAILED", "CANCELING", "CANCELED"];

export const runName = (run: Run) => run.display_name || run.run_id;

interface Props {
  archived: boolean;
  experimentId?: string;
  predicates?: Predicate[]; // besides what is chosen in the table
  empty?: ReactNode;
}

/** The runs of the server or of one experiment, with all that can be done to several at once. */
export function RunsTable({ archived, experimentId, predicates = [], empty }: Props) {
  const t = useT();
  const [search, change] = useSearchParams();
  useRunEvents();
  const state = STATES.find((one) => one === search.state);
  const chosen: Predicate[] = [storageStateIs(archived ? "ARCHIVED" : "AVAILABLE"), ...predicates];
  if (state) chosen.push({ operation: "EQUALS", key: "state", string_value: state });
  return (
    <ListTable
      label={t("runs.title")}
      queryKey={["runs", "list", experimentId ?? ""]}
      load={async (request) => {
        const page = await runsApi.list(request, experimentId);
        return { rows: page.runs ?? [], total: page.total_size ?? 0, next: page.next_page_token };
      }}
      columns={useColumns(experimentId === undefined)}
      rowId={(run) => run.run_id}
      rowName={runName}
      predicates={chosen}
      filtered={state !== undefined}
      filters={
        <Select
          aria-label={t("field.state")}
          data={[{ value: "", label: t("runs.anyState") }, ...STATES.map((one) => ({ value: one, label: t(`state.${one}`) }))]}
          value={state ?? ""}
          onChange={(value) => change({ state: value || undefined, page: undefined })}
          allowDeselect={false}
          w={150}
        />
      }
      actions={(selected, clear) => <RunActions selected={selected} clear={clear} archived={archived} />}
      refetchInterval={(rows) => pollEvery(rows.some((run) => !isFinished(run)) ? 3000 : 15_000)}
      empty={empty ?? <EmptyState icon={<IconPlayerPlay size={40} stroke={1.3} />} title={t(archived ? "runs.emptyArchive" : "runs.empty")}>{t(archived ? "runs.emptyArchiveText" : "runs.emptyText")}</EmptyState>}
    />
  );
}

/** On a narrow window what the other columns say stands below the name. */
function NameCell({ run }: { run: Run }) {
  return (
    <>
      <Link to={paths.run(run.run_id)} fw={600} style={{ overflowWrap: "anywhere" }}>{runName(run)}</Link>
      <Text size="xs" c="dimmed" hiddenFrom="sm">
        <TimeText time={run.created_at} /> · <DurationText start={run.created_at} end={run.finished_at} running={!isFinished(run)} />
      </Text>
    </>
  );
}

function useColumns(withExperiment: boolean): Column<Run>[] {
  const t = useT();
  const experiments = useExperimentNames();
  const pipelines = usePipelineNames();
  const columns: Column<Run>[] = [
    { label: t("field.name"), sort: "display_name", render: (run) => <NameCell run={run} /> },
    { label: t("field.state"), sort: "state", render: (run) => <StateBadge state={run.state} /> },
    { label: t("runs.duration"), from: "sm", render: (run) => <DurationText start={run.created_at} end={run.finished_at} running={!isFinished(run)} /> },
  ];
  if (withExperiment) {
    columns.push({
      label: t("runs.experiment"),
      from: "md",
      render: (run) => {
        const experiment = experiments.get(run.experiment_id ?? "");
        return experiment && <Link to={paths.experiment(experiment.experiment_id)} fz="sm">{experiment.display_name}</Link>;
      },
    });
  }
  columns.push(
    {
      label: t("runs.pipeline"),
      from: "lg",
      render: (run) => {
        const reference = run.pipeline_version_reference;
        const pipeline = pipelines.get(reference?.pipeline_id ?? "");
        if (!reference?.pipeline_id) return <Text size="sm" c="dimmed">{t("runs.ofSpec")}</Text>;
        return <Link to={paths.pipeline(reference.pipeline_id, reference.pipeline_version_id)} fz="sm">{pipeline?.display_name ?? reference.pipeline_id}</Link>;
      },
    },
    { label: t("runs.started"), sort: "created_at", from: "sm", render: (run) => <TimeText time={run.created_at} /> },
  );
  return columns;
}

function RunActions({ selected, clear, archived }: { selected: Run[]; clear: () => void; archived: boolean }) {
  const t = useT();
  const go = useGo();
  const changeRuns = useRunChange();
  if (selected.length === 0) return null;
  const act = (verb: Parameters<typeof changeRuns>[0]) => () => {
    void changeRuns(verb, selected);
    clear();
  };
  const active = selected.filter((run) => !isFinished(run));
  const single = selected.length === 1 ? selected[0] : undefined;
  return (
    <Group gap="xs">
      <Tooltip label={t("runs.compareHint")}>
        <Button variant="default" leftSection={<IconGitCompare size={16} />} disabled={selected.length < 2 || selected.length > 10} onClick={() => go(paths.compare(selected.map((run) => run.run_id)))}>
          {t("runs.compare")}
        </Button>
      </Tooltip>
      {active.length > 0 && (
        <ConfirmButton needs="Run" label={t("runs.terminate")} title={runsQuestion(t, "terminate", active)} text={t("runs.terminateText", { count: active.length })} onConfirm={act("terminate")} />
      )}
      {archived && (
        <ConfirmButton needs="WriteRuns" label={t("runs.delete")} title={runsQuestion(t, "delete", selected)} text={t("runs.deleteText", { count: selected.length })} onConfirm={act("remove")} />
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" rightSection={<IconChevronDown size={15} />}>{t("action.more")}</Button>
        </Menu.Target>
        <Menu.Dropdown>
          {single && <Needs right="Run"><Menu.Item onClick={() => go(paths.newRun({ clone: single.run_id }))}>{t("runs.clone")}</Menu.Item></Needs>}
          <Needs right="Run"><Menu.Item disabled={active.length === selected.length} onClick={act("retry")}>{t("runs.retry")}</Menu.Item></Needs>
          <Needs right="WriteRuns"><Menu.Item onClick={act(archived ? "unarchive" : "archive")}>{t(archived ? "runs.restore" : "runs.archive")}</Menu.Item></Needs>
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}
