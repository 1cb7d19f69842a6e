import { Paper, SimpleGrid, Stack, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { cacheApi } from "@/api/reuse";
import { tasksApi } from "@/api/runs";
import type { CacheEntry, Task } from "@/api/types";
import { useGo, usePathParam } from "@/app/navigation";
import { paths } from "@/app/paths";
import { formatCount } from "@/format/size";
import { useLanguage, useT } from "@/i18n";
import { ConfirmButton } from "@/ui/ConfirmButton";
import { CopyText } from "@/ui/CopyText";
import { Facts } from "@/ui/Facts";
import { JsonValue } from "@/ui/JsonValue";
import { Link } from "@/ui/Link";
import { LoadedPage } from "@/ui/LoadedPage";
import { PageHeader } from "@/ui/PageHeader";
import { StateBadge } from "@/ui/StateBadge";
import { Loaded } from "@/ui/states";
import { TimeText } from "@/ui/times";
import { useChange } from "@/ui/useChange";

const LOOKED_AT = 200; // the latest tasks of that fingerprint

export default function CacheEntryPage() {
  const id = usePathParam("taskId");
  const query = useQuery({ queryKey: ["cache", id], queryFn: () => cacheApi.get(id) });
  return <LoadedPage query={query} missing="missing.cache" list={{ label: "nav.cache", to: paths.cache }}>{(entry) => <Content entry={entry} />}</LoadedPage>;
}

function Content({ entry }: { entry: CacheEntry }) {
  const { t, language } = useLanguage();
  const go = useGo();
  const remove = useChange(() => cacheApi.remove(entry.task_id), {
    refresh: [["cache", "list"]],
    done: () => t("cache.invalidated", { count: 1 }),
    onDone: () => go(paths.cache),
  });
  return (
    <>
      <PageHeader
        title={entry.task_name}
        crumbs={[{ label: t("nav.cache"), to: paths.cache }]}
        actions={<ConfirmButton needs="WriteCache" label={t("cache.invalidate")} title={t("cache.invalidateTitle", { count: 1 })} text={t("cache.invalidateText")} onConfirm={() => remove.mutate(undefined)} />}
      />
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <Stack>
          <Paper withBorder p="md">
            <Facts
              rows={[
                [t("runs.pipeline"), entry.pipeline_name],
                [t("cache.madeBy"), <Link key="t" to={paths.task(entry.run_id, entry.task_id)}>{t("cache.taskOfRun", { id: entry.run_id.slice(0, 8) })}</Link>],
                [t("cache.hits"), formatCount(Number(entry.hits ?? 0), language)],
                [t("cache.lastUsed"), <TimeText key="u" exact time={entry.last_used_at} />],
                [t("field.created"), <TimeText key="c" exact time={entry.created_at} />],
                [t("cache.fingerprint"), <CopyText key="f" value={entry.fingerprint} />],
              ]}
            />
            <Text size="sm" c="dimmed" mt="xs">{t("cache.fingerprintHint")}</Text>
          </Paper>
          <Outputs entry={entry} />
        </Stack>
        <Users entry={entry} />
      </SimpleGrid>
    </>
  );
}

function Outputs({ entry }: { entry: CacheEntry }) {
  const t = useT();
  const parameters = Object.entries(entry.output_parameters ?? {});
  const artifacts = entry.output_artifacts ?? [];
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h5" mb="xs">{t("tasks.outputs")}</Title>
      {parameters.length + artifacts.length === 0 && <Text size="sm" c="dimmed">{t("cache.noOutputs")}</Text>}
      <Facts
        rows={[
          ...parameters.map(([name, value]): [string, React.ReactNode] => [name, <JsonValue key={name} value={value} />]),
          ...artifacts.map((list): [string, React.ReactNode] => [
            list.artifact_key,
            (list.artifacts ?? []).map((artifact) => (
              <div key={artifact.artifact_id}>
                <Link to={paths.artifact(artifact.artifact_id)}>{artifact.name || artifact.artifact_id}</Link>
              </div>
            )),
          ]),
        ]}
      />
    </Paper>
  );
}

/** The tasks that were given this result instead of being run. */
function Users({ entry }: { entry: CacheEntry }) {
  const t = useT();
  const query = useQuery({
    queryKey: ["cache", entry.task_id, "users"],
    queryFn: async () => {
      const page = await tasksApi.list({
        pageSize: LOOKED_AT,
        sortBy: "created_at desc",
        predicates: [{ operation: "EQUALS", key: "cache_fingerprint", string_value: entry.fingerprint }],
      });
      return (page.tasks ?? []).filter((task) => task.cached);
    },
  });
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h5" mb="xs">{t("cache.usedBy")}</Title>
      <Loaded query={query}>{(tasks) => (tasks.length === 0 ? <Text size="sm" c="dimmed">{t("cache.notUsed")}</Text> : <UserTable tasks={tasks} />)}</Loaded>
    </Paper>
  );
}

function UserTable({ tasks }: { tasks: Task[] }) {
  const t = useT();
  return (
    <Table aria-label={t("cache.usedBy")}>
      <Table.Tbody>
        {tasks.map((task) => (
          <Table.Tr key={task.task_id}>
            <Table.Td><Link to={paths.task(task.run_id, task.task_id)}>{task.display_name || task.name}</Link></Table.Td>
            <Table.Td><StateBadge state={task.cached ? "CACHED" : task.state} /></Table.Td>
            <Table.Td><TimeText exact time={task.create_time} /></Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
