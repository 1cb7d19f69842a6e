import { Alert, Code, Group, Tabs, Text } from "@mantine/core";
import { lazy } from "react";
import { isFinished } from "@/api/runs";
import type { Run, Task } from "@/api/types";
import { usePathParam, useSearchParams } from "@/app/navigation";
import { paths } from "@/app/paths";
import { useT } from "@/i18n";
import { Link } from "@/ui/Link";
import { LoadedPage } from "@/ui/LoadedPage";
import { PageHeader } from "@/ui/PageHeader";
import { StateBadge } from "@/ui/StateBadge";
import { Loaded } from "@/ui/states";
import { TabPanel } from "@/ui/TabPanel";
import { TabsList } from "@/ui/TabsList";
import { DurationText, TimeText } from "@/ui/times";
import { failureText } from "./failureText";
import { useExperimentNames } from "./names";
import { RunButtons } from "./RunButtons";
import { useRun, useRunSpec, useRunTasks, useWatchRun } from "./useRun";

const RunGraph = lazy(() => import("./RunGraph"));
const Timeline = lazy(() => import("./Timeline"));
const RunArtifacts = lazy(() => import("./RunArtifacts"));
const RunMetrics = lazy(() => import("./RunMetrics"));
const RunDetails = lazy(() => import("./RunDetails"));
const RunChanges = lazy(() => import("./RunChanges"));
const SpecView = lazy(() => import("@/pipelines/SpecView"));

export default function RunPage() {
  const runId = usePathParam("runId");
  const run = useRun(runId);
  return <LoadedPage query={run} missing="missing.run" list={{ label: "runs.title", to: paths.runs }}>{(one) => <Content key={one.run_id} run={one} />}</LoadedPage>;
}

/** The task whose failure is behind the run's: the deepest of those that failed first. */
function firstFailure(tasks: Task[]): Task | undefined {
  const failed = tasks.filter((task) => task.state === "FAILED" && (task.type === "RUNTIME" || task.type === "IMPORTER"));
  return failed.sort((a, b) => (a.end_time ?? "").localeCompare(b.end_time ?? ""))[0];
}

function Failure({ run, tasks }: { run: Run; tasks: Task[] }) {
  const t = useT();
  if (run.state !== "FAILED") return null;
  const task = firstFailure(tasks);
  const message = task?.error?.message ?? run.error?.message;
  if (!message) return null;
  const { reason, log } = failureText(message);
  return (
    <Alert color="red" variant="outline" title={t("runs.failedBecause")} py="xs" mb="sm">
      <Text size="sm" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }} lineClamp={6}>
        {task && <b>{task.display_name || task.name}: </b>}
        {reason}
      </Text>
      {log && (
        <Code block my={4} style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>{log}</Code>
      )}
      {task && <Link to={paths.task(run.run_id, task.task_id)} fz="sm" underline="always">{t("runs.showTask")}</Link>}
    </Alert>
  );
}

function Subtitle({ run }: { run: Run }) {
  const t = useT();
  const experiment = useExperimentNames().get(run.experiment_id ?? "");
  return (
    <Group gap="2px 22px" fz="sm" c="dimmed">
      {experiment && <span>{t("runs.experiment")}: <Link to={paths.experiment(experiment.experiment_id)} underline="always">{experiment.display_name}</Link></span>}
      <span>{t("runs.started")}: <TimeText time={run.created_at} /></span>
      {run.locked_from && <span>{t("derive.packages")}: <Link to={paths.run(run.locked_from)} underline="always">{t("derive.packagesOf", { id: run.locked_from.slice(0, 8) })}</Link></span>}
      <span>{t("runs.duration")}: <DurationText start={run.created_at} end={run.finished_at} running={!isFinished(run)} /></span>
    </Group>
  );
}

function Content({ run }: { run: Run }) {
  const t = useT();
  const [search, change] = useSearchParams();
  const tasks = useRunTasks(run);
  const spec = useRunSpec(run);
  useWatchRun(run);
  const shownTasks = tasks.data ?? [];
  return (
    <>
      <PageHeader
        title={run.display_name || run.run_id}
        crumbs={[{ label: t("runs.title"), to: run.storage_state === "ARCHIVED" ? paths.archivedRuns : paths.runs }]}
        beside={<StateBadge state={run.state} />}
        actions={<RunButtons run={run} />}
      >
        <Subtitle run={run} />
        {run.description && <Text c="dimmed" size="sm">{run.description}</Text>}
      </PageHeader>
      <Failure run={run} tasks={shownTasks} />
      <Tabs value={search.tab ?? "graph"} onChange={(tab) => change({ tab: tab === "graph" ? undefined : (tab ?? undefined) })} keepMounted={false}>
        <TabsList value={search.tab ?? "graph"} mb="sm">
          <Tabs.Tab value="graph">{t("runs.graph")}</Tabs.Tab>
          <Tabs.Tab value="timeline">{t("runs.timeline")}</Tabs.Tab>
          <Tabs.Tab value="artifacts">{t("runs.artifacts")}</Tabs.Tab>
          <Tabs.Tab value="metrics">{t("runs.metrics")}</Tabs.Tab>
          <Tabs.Tab value="details">{t("runs.details")}</Tabs.Tab>
          <Tabs.Tab value="spec">{t("runs.spec")}</Tabs.Tab>
          {run.pipeline_version_reference?.pipeline_id && <Tabs.Tab value="changes">{t("changes.title")}</Tabs.Tab>}
        </TabsList>
        <TabPanel value="graph">
          <Loaded query={spec}>{(stored) => <Loaded query={tasks}>{(all) => <RunGraph run={run} stored={stored} tasks={all} />}</Loaded>}</Loaded>
        </TabPanel>
        <TabPanel value="timeline"><Loaded query={tasks}>{(all) => <Timeline run={run} tasks={all} />}</Loaded></TabPanel>
        <TabPanel value="artifacts"><RunArtifacts run={run} /></TabPanel>
        <TabPanel value="metrics"><RunMetrics run={run} /></TabPanel>
        <TabPanel value="details"><RunDetails run={run} /></TabPanel>
        <TabPanel value="changes"><Loaded query={spec}>{(stored) => <RunChanges run={run} stored={stored} />}</Loaded></TabPanel>
        <TabPanel value="spec"><Loaded query={spec}>{(stored) => <SpecView spec={stored} />}</Loaded></TabPanel>
      </Tabs>
    </>
  );
}
