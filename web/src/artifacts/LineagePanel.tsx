import { Paper, Stack, Text, Title } from "@mantine/core";
import { IconBox, IconPlayerPlay } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { isOneOf } from "@/api/lists";
import { artifactsApi, runsApi, tasksApi } from "@/api/runs";
import type { Artifact, Task } from "@/api/types";
import { paths } from "@/app/paths";
import { useT } from "@/i18n";
import { Link } from "@/ui/Link";
import { Loaded } from "@/ui/states";
import { fetchLineage } from "./fetchLineage";
import classes from "./Lineage.module.css";
import { lineageOf, type LineageStep } from "./lineage";

const SOURCE = { uses: artifactsApi.uses, tasks: tasksApi.list, artifacts: artifactsApi.list };

/** The names of the runs that tasks belong to; those that are deleted have none. */
async function runNames(tasks: Task[]): Promise<Map<string, string>> {
  const ids = [...new Set(tasks.map((task) => task.run_id))].slice(0, 50);
  if (ids.length === 0) return new Map();
  const runs = (await runsApi.list({ pageSize: 100, predicates: [isOneOf("run_id", ids)] })).runs ?? [];
  return new Map(runs.map((run) => [run.run_id, run.display_name ?? run.run_id]));
}

/** What an artifact came from and what has come of it, in whatever runs. */
export function LineagePanel({ artifact }: { artifact: Artifact }) {
  const t = useT();
  const query = useQuery({
    queryKey: ["artifacts", artifact.artifact_id, "lineage"],
    queryFn: async () => {
      const facts = await fetchLineage(artifact, SOURCE);
      return { facts, runs: await runNames(facts.tasks) };
    },
  });
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h5">{t("artifacts.lineage")}</Title>
      <Text size="sm" c="dimmed" mb="sm">{t("artifacts.lineageHint")}</Text>
      <Loaded query={query}>
        {({ facts, runs }) => (
          <Stack gap="sm">
            <Steps title={t("artifacts.producer")} none={t("artifacts.noProducer")} steps={lineageOf(artifact.artifact_id, "up", facts)} runs={runs} />
            <Steps title={t("artifacts.usedBy")} none={t("artifacts.noUse")} steps={lineageOf(artifact.artifact_id, "down", facts)} runs={runs} />
            {facts.cut && <Text size="sm" c="dimmed">{t("artifacts.lineageCut")}</Text>}
          </Stack>
        )}
      </Loaded>
    </Paper>
  );
}

function Steps({ title, none, steps, runs }: { title: string; none: string; steps: LineageStep[]; runs: Map<string, string> }) {
  return (
    <section>
      <Title order={3} size="h6">{title}</Title>
      {steps.length === 0 && <Text size="sm" c="dimmed">{none}</Text>}
      <ul className={classes.steps}>
        {steps.map(({ depth, item }) => (
          <li key={item.kind === "task" ? item.task.task_id : item.artifact.artifact_id} className={classes.step} style={{ paddingLeft: 6 + Math.min(depth, 10) * 16 }}>
            {item.kind === "task" ? <OfTask task={item.task} run={runs.get(item.task.run_id)} /> : <OfArtifact artifact={item.artifact} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

function OfTask({ task, run }: { task: Task; run?: string }) {
  return (
    <>
      <IconPlayerPlay size={14} aria-hidden className={classes.icon} />
      <span className={classes.text}>
        <Link to={paths.task(task.run_id, task.task_id)}>{task.display_name || task.name}</Link>{" "}
        <Link to={paths.run(task.run_id)} fz="xs" c="dimmed">{run ?? task.run_id.slice(0, 8)}</Link>
      </span>
    </>
  );
}

function OfArtifact({ artifact }: { artifact: Artifact }) {
  return (
    <>
      <IconBox size={14} aria-hidden className={classes.icon} />
      <span className={classes.text}>
        <Link to={paths.artifact(artifact.artifact_id)}>{artifact.name || artifact.artifact_id}</Link>
      </span>
    </>
  );
}
