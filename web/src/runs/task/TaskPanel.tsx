import { Alert, Code, Stack, Table, Tabs, Text, Title } from "@mantine/core";
import { lazy, Suspense } from "react";
import type { Task, TaskIo } from "@/api/types";
import { paths } from "@/app/paths";
import type { GraphNode } from "@/graph/model";
import type { PipelineSpec } from "@/graph/spec";
import { useT } from "@/i18n";
import { DefinitionFacts } from "@/pipelines/DefinitionFacts";
import { CopyText } from "@/ui/CopyText";
import { Facts } from "@/ui/Facts";
import { JsonValue } from "@/ui/JsonValue";
import { Link } from "@/ui/Link";
import { StateBadge } from "@/ui/StateBadge";
import { Loading } from "@/ui/states";
import { DurationText, TimeText } from "@/ui/times";

const LogView = lazy(() => import("../log/LogView"));

interface Props {
  node: GraphNode;
  spec: PipelineSpec;
  runId: string;
  runEnded: boolean;
}

/** Everything about one task of a run. */
export function TaskPanel({ node, spec, runId, runEnded }: Props) {
  const t = useT();
  const task = node.task;
  if (!task) {
    return (
      <Stack>
        <Text c="dimmed">{t(runEnded ? "tasks.neverRan" : "tasks.notStarted")}</Text>
        <DefinitionFacts spec={spec} node={node} />
      </Stack>
    );
  }
  const hasLog = node.kind === "task" || node.kind === "importer";
  return (
    <Tabs defaultValue={hasLog && task.state === "FAILED" ? "log" : "io"} keepMounted={false}>
      <Tabs.List mb="sm">
        <Tabs.Tab value="io">{t("tasks.inputs")} / {t("tasks.outputs")}</Tabs.Tab>
        {hasLog && <Tabs.Tab value="log">{t("tasks.log")}</Tabs.Tab>}
        <Tabs.Tab value="events">{t("tasks.events")}</Tabs.Tab>
        <Tabs.Tab value="definition">{t("tasks.definition")}</Tabs.Tab>
      </Tabs.List>
      <Failure task={task} />
      <Suspense fallback={<Loading />}>
        <Tabs.Panel value="io"><InputsAndOutputs task={task} /></Tabs.Panel>
        <Tabs.Panel value="log"><LogView runId={runId} task={task} /></Tabs.Panel>
        <Tabs.Panel value="events"><Events task={task} /></Tabs.Panel>
        <Tabs.Panel value="definition"><DefinitionFacts spec={spec} node={node} /></Tabs.Panel>
      </Suspense>
    </Tabs>
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

function InputsAndOutputs({ task }: { task: Task }) {
  const t = useT();
  return (
    <Stack>
      <Io title={t("tasks.inputs")} io={task.inputs} nothing={t("tasks.noInputs")} />
      <Io title={t("tasks.outputs")} io={task.outputs} nothing={t("tasks.noOutputs")} />
    </Stack>
  );
}

function Io({ title, io, nothing }: { title: string; io?: TaskIo; nothing: string }) {
  const t = useT();
  const parameters = io?.parameters ?? [];
  const artifacts = io?.artifacts ?? [];
  return (
    <section>
      <Title order={3} size="h6" mb={4}>{title}</Title>
      {parameters.length + artifacts.length === 0 ? (
        <Text size="sm" c="dimmed">{nothing}</Text>
      ) : (
        <Table layout="fixed" withTableBorder aria-label={title}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th w="38%">{t("field.name")}</Table.Th>
              <Table.Th>{t("field.value")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {parameters.map((one) => (
              <Table.Tr key={`p ${one.parameter_key}`}>
                <Table.Td style={{ overflowWrap: "anywhere" }}>{one.parameter_key}</Table.Td>
                <Table.Td><JsonValue value={one.value} /></Table.Td>
              </Table.Tr>
            ))}
            {artifacts.map((list) => (
              <Table.Tr key={`a ${list.artifact_key}`}>
                <Table.Td style={{ overflowWrap: "anywhere" }}>{list.artifact_key}</Table.Td>
                <Table.Td>
                  {(list.artifacts ?? []).map((artifact) => (
                    <div key={artifact.artifact_id}>
                      <Link to={paths.artifact(artifact.artifact_id)}>{artifact.name || artifact.artifact_id}</Link>{" "}
                      <Text span size="xs" c="dimmed">{artifact.schema_title}</Text>
                    </div>
                  ))}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </section>
  );
}

function Events({ task }: { task: Task }) {
  const t = useT();
  return (
    <Stack>
      <Facts
        rows={[
          [t("runs.started"), <TimeText key="s" time={task.start_time} />],
          [t("runs.finished"), <TimeText key="f" time={task.end_time} />],
          [t("runs.duration"), <DurationText key="d" start={task.start_time} end={task.end_time} running={task.state === "RUNNING"} />],
          [t("tasks.attempt"), task.attempt ? String(task.attempt + 1) : undefined],
          [t("tasks.exitCode"), task.exit_code !== undefined ? <Code>{task.exit_code}</Code> : undefined],
          [t("tasks.cachedTask"), task.cached_from_task_id && <CopyText value={task.cached_from_task_id} />],
          [t("field.id"), <CopyText key="i" value={task.task_id} />],
        ]}
      />
      <Table aria-label={t("tasks.events")}>
        <Table.Tbody>
          {(task.state_history ?? []).map((change, index) => (
            <Table.Tr key={index}>
              <Table.Td w={130}><StateBadge state={change.state} /></Table.Td>
              <Table.Td><TimeText time={change.update_time} /></Table.Td>
              <Table.Td style={{ overflowWrap: "anywhere" }}>{change.error?.message}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}
