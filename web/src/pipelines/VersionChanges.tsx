import { Group, Paper, Select, Stack, Table, Text, Title } from "@mantine/core";
import { IconMinus, IconPencil, IconPlus } from "@tabler/icons-react";
import { lazy, Suspense, useMemo } from "react";
import type { PipelineVersion } from "@/api/types";
import { useSearchParams } from "@/app/navigation";
import { pipelineSpecOf } from "@/graph/spec";
import { useT } from "@/i18n";
import { Loading } from "@/ui/states";
import { compareSpecs, type TaskChange } from "./compareSpecs";
import { specText } from "./specText";

const CodeDiff = lazy(() => import("@/ui/CodeDiff"));
const ICONS = { added: IconPlus, removed: IconMinus, changed: IconPencil };
const nameOf = (version: PipelineVersion) => version.display_name || version.name || version.pipeline_version_id;

/** What differs between a version and another one of its pipeline; the one before it at first. Newest first. */
export default function VersionChanges({ version, versions }: { version: PipelineVersion; versions: PipelineVersion[] }) {
  const t = useT();
  const [search, change] = useSearchParams();
  const others = versions.filter((one) => one.pipeline_version_id !== version.pipeline_version_id);
  const at = versions.indexOf(version);
  const before = others.find((one) => one.pipeline_version_id === search.before) ?? versions[at + 1] ?? others[0];
  if (!before) return <Text c="dimmed">{t("changes.onlyOne")}</Text>;
  return (
    <Stack>
      <Select
        label={t("changes.comparedWith")}
        data={others.map((one) => ({ value: one.pipeline_version_id, label: nameOf(one) }))}
        value={before.pipeline_version_id}
        onChange={(id) => change({ before: id ?? undefined })}
        allowDeselect={false}
        w={320}
        maw="100%"
      />
      <Changes before={before} after={version} />
    </Stack>
  );
}

function Changes({ before, after }: { before: PipelineVersion; after: PipelineVersion }) {
  const t = useT();
  const tasks = useMemo(() => compareSpecs(pipelineSpecOf(before.pipeline_spec) ?? {}, pipelineSpecOf(after.pipeline_spec) ?? {}), [before, after]);
  const [old, now] = useMemo(() => [specText(before.pipeline_spec ?? {}), specText(after.pipeline_spec ?? {})], [before, after]);
  return (
    <>
      <Paper withBorder p="md">
        <Title order={2} size="h5" mb="xs">{t("changes.tasks")}</Title>
        {tasks.length === 0 ? <Text size="sm" c="dimmed">{t("changes.sameTasks")}</Text> : <TaskTable changes={tasks} />}
      </Paper>
      <Paper withBorder p="md">
        <Title order={2} size="h5" mb="xs">{t("changes.source")}</Title>
        {old === now ? <Text size="sm" c="dimmed">{t("changes.sameSource")}</Text> : <Suspense fallback={<Loading />}><CodeDiff before={old} after={now} label={t("changes.source")} /></Suspense>}
      </Paper>
    </>
  );
}

function TaskTable({ changes }: { changes: TaskChange[] }) {
  const t = useT();
  return (
    <Table aria-label={t("changes.tasks")}>
      <Table.Tbody>
        {changes.map((one) => {
          const Icon = ICONS[one.change];
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
