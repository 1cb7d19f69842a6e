import { Badge, Button, Group, Paper, Table, Text, TextInput } from "@mantine/core";
import { IconBox, IconSearch } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { runsApi } from "@/api/runs";
import type { Artifact, Run } from "@/api/types";
import { useSearchParams } from "@/app/navigation";
import { paths } from "@/app/paths";
import { formatBytes } from "@/format/size";
import { useLanguage } from "@/i18n";
import { Link } from "@/ui/Link";
import { PageHeader } from "@/ui/PageHeader";
import { EmptyState, Loaded } from "@/ui/states";
import { TimeText } from "@/ui/times";

interface Row {
  artifact: Artifact;
  run: Run;
}

const RUNS_A_PAGE = 10;

/** The server lists artifacts by run, so they are shown by the newest runs. */
function useRecentArtifacts() {
  return useInfiniteQuery({
    queryKey: ["artifacts", "recent"],
    initialPageParam: "",
    queryFn: async ({ pageParam }) => {
      const page = await runsApi.list({ pageSize: RUNS_A_PAGE, pageToken: pageParam, sortBy: "created_at desc" });
      const lists = await Promise.all((page.runs ?? []).map(async (run) => (await runsApi.artifacts(run.run_id)).map((artifact): Row => ({ artifact, run }))));
      return { rows: lists.flat(), next: page.next_page_token };
    },
    getNextPageParam: (page) => page.next,
  });
}

function matches({ artifact, run }: Row, text: string): boolean {
  const wanted = text.toLowerCase();
  return [artifact.name, artifact.schema_title, artifact.uri, run.display_name].some((field) => field?.toLowerCase().includes(wanted));
}

export default function ArtifactsPage() {
  const { t, language } = useLanguage();
  const [search, change] = useSearchParams();
  const query = useRecentArtifacts();
  return (
    <>
      <PageHeader title={t("artifacts.title")}><Text c="dimmed" size="sm">{t("artifacts.ofRun")}</Text></PageHeader>
      <Loaded query={query}>
        {({ pages }) => {
          const all = pages.flatMap((page) => page.rows);
          const rows = search.q ? all.filter((row) => matches(row, search.q ?? "")) : all;
          if (all.length === 0 && !query.hasNextPage) {
            return <EmptyState icon={<IconBox size={40} stroke={1.3} />} title={t("artifacts.empty")}>{t("artifacts.emptyText")}</EmptyState>;
          }
          return (
            <Paper withBorder>
              <Group p="sm">
                <TextInput type="search" aria-label={t("artifacts.kindHint")} placeholder={t("artifacts.kindHint")} leftSection={<IconSearch size={16} />} defaultValue={search.q ?? ""} onChange={(event) => change({ q: event.currentTarget.value })} w={300} maw="100%" />
              </Group>
              <Table.ScrollContainer minWidth={0} tabIndex={0} role="region" aria-label={t("artifacts.title")}>
                <Table highlightOnHover aria-label={t("artifacts.title")}>
                  <Table.Thead>
                    <Table.Tr>
                      <Table.Th>{t("field.name")}</Table.Th>
                      <Table.Th visibleFrom="xs">{t("field.type")}</Table.Th>
                      <Table.Th>{t("artifacts.run")}</Table.Th>
                      <Table.Th visibleFrom="md">{t("field.size")}</Table.Th>
                      <Table.Th visibleFrom="sm">{t("field.created")}</Table.Th>
                    </Table.Tr>
                  </Table.Thead>
                  <Table.Tbody>
                    {rows.map(({ artifact, run }) => (
                      <Table.Tr key={`${run.run_id} ${artifact.artifact_id}`}>
                        <Table.Td><Link to={paths.artifact(artifact.artifact_id)} fw={600}>{artifact.name || artifact.artifact_id}</Link></Table.Td>
                        <Table.Td visibleFrom="xs"><Badge variant="default" tt="none" fw={500}>{artifact.schema_title}</Badge></Table.Td>
                        <Table.Td><Link to={paths.run(run.run_id)} fz="sm">{run.display_name}</Link></Table.Td>
                        <Table.Td visibleFrom="md">{artifact.size && formatBytes(Number(artifact.size), language)}</Table.Td>
                        <Table.Td visibleFrom="sm"><TimeText time={artifact.created_at} /></Table.Td>
                      </Table.Tr>
                    ))}
                  </Table.Tbody>
                </Table>
              </Table.ScrollContainer>
              {query.hasNextPage && (
                <Group p="sm" justify="center">
                  <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t("action.showMore")}</Button>
                </Group>
              )}
            </Paper>
          );
        }}
      </Loaded>
    </>
  );
}
