import { Paper, Stack, Table, Text, Title, Group } from "@mantine/core";
import { lazy, Suspense, useMemo, useState } from "react";
import type { JsonObject } from "@/api/types";
import { CHANGE_ICONS } from "@/graph/GraphNodes";
import { allNodes } from "@/graph/model";
import PipelineGraph from "@/graph/PipelineGraph";
import { pipelineSpecOf } from "@/graph/spec";
import { useT } from "@/i18n";
import { SidePanel } from "@/ui/SidePanel";
import { useRoomBelow } from "@/ui/useRoomBelow";
import classes from "@/ui/SidePanel.module.css";
import { Loading } from "@/ui/states";
import { changesGraph } from "./changesGraph";
import { compareSpecs, type TaskChange } from "./compareSpecs";
import { DefinitionFacts } from "./DefinitionFacts";
import { specText } from "./specText";

const CodeDiff = lazy(() => import("@/ui/CodeDiff"));

/** What differs between two definitions of a pipeline: drawn, task by task, and line by line. */
export default function SpecChanges({ before, after }: { before: JsonObject; after: JsonObject }) {
  const t = useT();
  const [was, is] = useMemo(() => [pipelineSpecOf(before) ?? {}, pipelineSpecOf(after) ?? {}], [before, after]);
  const tasks = useMemo(() => compareSpecs(was, is), [was, is]);
  const [old, now] = useMemo(() => [specText(before), specText(after)], [before, after]);
  return (
    <Stack>
      <ChangesDrawn before={before} after={after} changes={tasks} />
      <Paper withBorder p="md">
        <Title order={2} size="h5" mb="xs">{t("changes.tasks")}</Title>
        {tasks.length === 0 ? <Text size="sm" c="dimmed">{t("changes.sameTasks")}</Text> : <TaskTable changes={tasks} />}
      </Paper>
      <Paper withBorder p="md">
        <Title order={2} size="h5" mb="xs">{t("changes.source")}</Title>
        {old === now ? <Text size="sm" c="dimmed">{t("changes.sameSource")}</Text> : <Suspense fallback={<Loading />}><CodeDiff before={old} after={now} label={t("changes.source")} /></Suspense>}
      </Paper>
    </Stack>
  );
}

interface DrawnProps {
  before: JsonObject;
  after: JsonObject;
  changes: TaskChange[];
}

function ChangesDrawn({ before, after, changes }: DrawnProps) {
  const t = useT();
  const [was, is] = useMemo(() => [pipelineSpecOf(before) ?? {}, pipelineSpecOf(after) ?? {}], [before, after]);
  const room = useRoomBelow();
  const graph = useMemo(() => changesGraph(was, is), [was, is]);
  const [selected, setSelected] = useState<string>();
  const node = allNodes(graph).find((one) => one.id === selected);
  const parts = changes.find((one) => one.id === selected)?.parts ?? [];
  return (
    <div ref={room.place} style={room.style} className={classes.split} data-panel={node ? true : undefined}>
      <PipelineGraph graph={graph} selected={selected} onSelect={(one) => setSelected(one.id)} />
      {node && (
        <SidePanel title={node.label} beside={node.change && <Text size="sm" c="dimmed">{t(`changes.${node.change}`)}</Text>} onClose={() => setSelected(undefined)}>
          {parts.length > 0 && <Text size="sm" mb="sm"><b>{t("changes.changed")}:</b> {parts.map((part) => t(`changes.part.${part}`)).join(", ")}</Text>}
          <DefinitionFacts spec={node.change === "removed" ? was : is} node={node} />
        </SidePanel>
      )}
    </div>
  );
}

function TaskTable({ changes }: { changes: TaskChange[] }) {
  const t = useT();
  return (
    <Table aria-label={t("changes.tasks")}>
      <Table.Tbody>
        {changes.map((one) => {
          const Icon = CHANGE_ICONS[one.change];
          return (
            <Table.Tr key={one.id}>
              <Table.Td w={130}>
                <Group gap={6} wrap="nowrap"><Icon size={15} aria-hidden />{t(`changes.${one.change}`)}</Group>
              </Table.Td>
              <Table.Td style={{ overflowWrap: "anywhere" }}>
                <Text span fw={600} size="sm">{one.label}</Text>
                {one.id !== one.label && <Text size="xs" c="dimmed">{one.id}</Text>}
              </Table.Td>
              <Table.Td>{one.parts.map((part) => t(`changes.part.${part}`)).join(", ")}</Table.Td>
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </Table>
  );
}
