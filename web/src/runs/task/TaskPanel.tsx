import { Alert, Button, Group, Stack, Tabs, Text } from "@mantine/core";
import { IconPlayerTrackNext } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { isFinished } from "@/api/runs";
import type { Run, Task } from "@/api/types";
import { useSearchParams } from "@/app/navigation";
import type { GraphNode } from "@/graph/model";
import type { PipelineSpec } from "@/graph/spec";
import { useT } from "@/i18n";
import { DefinitionFacts } from "@/pipelines/DefinitionFacts";
import { Needs } from "@/session/Needs";
import { TabPanel } from "@/ui/TabPanel";
import { TabsList } from "@/ui/TabsList";
import { Environment } from "./Environment";
import { Events } from "./Events";
import { InputsAndOutputs } from "./InputsAndOutputs";
import { Resources } from "./Resources";

const LogView = lazy(() => import("../log/LogView"));
const DeriveDialog = lazy(() => import("../derive/DeriveDialog"));

// What only tasks have that do something themselves.
const OF_WORK = new Set(["log", "resources", "environment"]);

interface Props {
  node: GraphNode;
  spec: PipelineSpec;
  run: Run;
}

/** Everything about one task of a run. */
export function TaskPanel({ node, spec, run }: Props) {
  const t = useT();
  const [search, change] = useSearchParams();
  const task = node.task;
  if (!task) {
    return (
      <Stack>
        <Text c="dimmed">{t(isFinished(run) ? "tasks.neverRan" : "tasks.notStarted")}</Text>
        <DefinitionFacts spec={spec} node={node} />
      </Stack>
    );
  }
  // What did not run here has no log, and nothing is known of what it used.
  const works = !task.outside && (node.kind === "task" || node.kind === "importer");
  const first = works && (task.state === "FAILED" || task.state === "PENDING") ? "log" : "io";
  const view = search.view && (works || !OF_WORK.has(search.view)) ? search.view : first;
  return (
    <Tabs value={view} onChange={(view) => change({ view: view ?? undefined })} keepMounted={false} styles={{ tab: { paddingInline: 6 }, tabLabel: { fontSize: 13 } }}>
      <TabsList value={view} mb="sm">
        <Tabs.Tab value="io">{t("tasks.inputs")} / {t("tasks.outputs")}</Tabs.Tab>
        {works && <Tabs.Tab value="log">{t("tasks.log")}</Tabs.Tab>}
        <Tabs.Tab value="events">{t("tasks.events")}</Tabs.Tab>
        {works && <Tabs.Tab value="resources">{t("resources.title")}</Tabs.Tab>}
        {works && <Tabs.Tab value="environment">{t("environment.title")}</Tabs.Tab>}
        <Tabs.Tab value="definition">{t("tasks.definition")}</Tabs.Tab>
      </TabsList>
      {task.outside && <Alert variant="outline" color="gray" py="xs" mb="sm">{t("tasks.outside")}</Alert>}
      <Failure task={task} />
      {works && task.state === "PENDING" && <Text size="sm" c="dimmed" mb="sm">{t("tasks.waits")}</Text>}
      <TabPanel value="io"><InputsAndOutputs task={task} /></TabPanel>
      <TabPanel value="log"><LogView task={task} /></TabPanel>
      <TabPanel value="events"><Events task={task} /></TabPanel>
      <TabPanel value="resources"><Resources task={task} /></TabPanel>
      <TabPanel value="environment"><Environment task={task} /></TabPanel>
      <TabPanel value="definition"><DefinitionFacts spec={spec} node={node} /></TabPanel>
      {isFinished(run) && !task.outside && <RunAgain run={run} task={task} name={node.label} />}
    </Tabs>
  );
}

function RunAgain({ run, task, name }: { run: Run; task: Task; name: string }) {
  const t = useT();
  const [open, setOpen] = useState(false);
  return (
    <Group mt="md">
      <Needs right="Run"><Button size="xs" variant="default" leftSection={<IconPlayerTrackNext size={14} />} onClick={() => setOpen(true)}>{t("derive.rerunHere")}</Button></Needs>
      {open && <Suspense><DeriveDialog run={run} asked={{ kind: "RERUN", task: { id: task.task_id, name } }} close={() => setOpen(false)} /></Suspense>}
    </Group>
  );
}

function Failure({ task }: { task: Task }) {
  if (!task.error?.message) return null;
  return (
    <Alert color="red" variant="outline" py="xs" mb="sm">
      <Text size="sm" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>{task.error.message}</Text>
    </Alert>
  );
}
