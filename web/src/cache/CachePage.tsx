import { Checkbox, Group, Stack, Text, TextInput } from "@mantine/core";
import { IconDatabase } from "@tabler/icons-react";
import { useState } from "react";
import { cacheApi } from "@/api/reuse";
import type { CacheEntry } from "@/api/types";
import { paths } from "@/app/paths";
import { formatCount } from "@/format/size";
import { useLanguage, useT } from "@/i18n";
import { ConfirmButton } from "@/ui/ConfirmButton";
import { Link } from "@/ui/Link";
import { type Column, ListTable } from "@/ui/ListTable";
import { PageHeader } from "@/ui/PageHeader";
import { EmptyState } from "@/ui/states";
import { TimeText } from "@/ui/times";
import { useChange } from "@/ui/useChange";

/** What the server would serve instead of running a task again. */
/** On a narrow window the pipeline and the last use stand below the name. */
function NameCell({ entry }: { entry: CacheEntry }) {
  return (
    <>
      <Link to={paths.cacheEntry(entry.task_id)} fw={600}>{entry.task_name}</Link>
      <Text size="xs" c="dimmed" hiddenFrom="sm">{entry.pipeline_name} · <TimeText time={entry.last_used_at} /></Text>
    </>
  );
}

export default function CachePage() {
  const { t, language } = useLanguage();
  const columns: Column<CacheEntry>[] = [
    { label: t("cache.task"), sort: "task_name", render: (entry) => <NameCell entry={entry} /> },
    { label: t("runs.pipeline"), sort: "pipeline_name", from: "sm", render: (entry) => entry.pipeline_name },
    { label: t("cache.hits"), sort: "hits", render: (entry) => formatCount(Number(entry.hits ?? 0), language) },
    { label: t("cache.lastUsed"), sort: "last_used_at", from: "sm", render: (entry) => <TimeText time={entry.last_used_at} /> },
    { label: t("field.created"), sort: "created_at", from: "md", render: (entry) => <TimeText time={entry.created_at} /> },
  ];
  return (
    <>
      <PageHeader title={t("nav.cache")} actions={<InvalidateButton />}>
        <Text c="dimmed" size="sm" maw={720}>{t("cache.lead")}</Text>
      </PageHeader>
      <ListTable
        label={t("nav.cache")}
        queryKey={["cache", "list"]}
        load={async (request) => {
          const page = await cacheApi.list(request);
          return { rows: page.cache_entries ?? [], total: page.total_size ?? 0, next: page.next_page_token };
        }}
        columns={columns}
        searchKey="task_name"
        searchLabel={t("cache.search")}
        rowId={(entry) => entry.task_id}
        rowName={(entry) => entry.task_name}
        actions={(selected, clear) => <Actions selected={selected} clear={clear} />}
        empty={<EmptyState icon={<IconDatabase size={40} stroke={1.3} />} title={t("cache.empty")}>{t("cache.emptyText")}</EmptyState>}
      />
    </>
  );
}

function Actions({ selected, clear }: { selected: CacheEntry[]; clear: () => void }) {
  const t = useT();
  const remove = useChange(
    async () => {
      for (const entry of selected) await cacheApi.remove(entry.task_id);
      return selected.length;
    },
    { refresh: [["cache"]], done: (count) => t("cache.invalidated", { count }), onDone: clear },
  );
  if (selected.length === 0) return null;
  return (
    <ConfirmButton
      needs="WriteCache"
      label={t("cache.invalidate")}
      title={t("cache.invalidateTitle", { count: selected.length })}
      text={t("cache.invalidateText")}
      onConfirm={() => remove.mutate(undefined)}
    />
  );
}

/** Many at once: those of a pipeline or of a task's name, or all. */
function InvalidateButton() {
  const t = useT();
  const [pipeline, setPipeline] = useState("");
  const [task, setTask] = useState("");
  const [all, setAll] = useState(false);
  const named = pipeline !== "" || task !== "";
  const change = useChange(
    () => cacheApi.invalidate(named ? { ...(pipeline ? { pipeline_name: pipeline } : {}), ...(task ? { task_name: task } : {}) } : { all: true }),
    { refresh: [["cache"]], done: (count) => t("cache.invalidated", { count }) },
  );
  return (
    <ConfirmButton needs="WriteCache" label={t("cache.invalidateMany")} confirmLabel={t("cache.invalidate")} title={t("cache.invalidateManyTitle")} text={t("cache.invalidateManyText")} disabledConfirm={!named && !all} onConfirm={() => change.mutate(undefined)}>
      <Stack gap="xs">
        <Group grow align="flex-start">
          <TextInput label={t("cache.ofPipeline")} value={pipeline} onChange={(event) => setPipeline(event.currentTarget.value)} />
          <TextInput label={t("cache.ofTask")} value={task} onChange={(event) => setTask(event.currentTarget.value)} />
        </Group>
        <Checkbox label={t("cache.everything")} disabled={named} checked={all && !named} onChange={(event) => setAll(event.currentTarget.checked)} />
      </Stack>
    </ConfirmButton>
  );
}
