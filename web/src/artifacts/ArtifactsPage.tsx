import { Badge, Text } from "@mantine/core";
import { IconBox } from "@tabler/icons-react";
import { isOneOf } from "@/api/lists";
import { artifactsApi, runsApi } from "@/api/runs";
import type { Artifact, Run } from "@/api/types";
import { paths } from "@/app/paths";
import { formatBytes } from "@/format/size";
import { useLanguage } from "@/i18n";
import { Link } from "@/ui/Link";
import { type Column, ListTable } from "@/ui/ListTable";
import { PageHeader } from "@/ui/PageHeader";
import { EmptyState } from "@/ui/states";
import { TimeText } from "@/ui/times";
import { runIdOf } from "./runOf";

interface Row {
  artifact: Artifact;
  run?: Run;
}

/** An artifact with the run that it is of, where there still is one. */
async function withRuns(artifacts: Artifact[]): Promise<Row[]> {
  const ids = [...new Set(artifacts.map(runIdOf).filter((id) => id !== undefined))];
  const runs = ids.length ? ((await runsApi.list({ pageSize: 200, predicates: [isOneOf("run_id", ids)] })).runs ?? []) : [];
  const byId = new Map(runs.map((run) => [run.run_id, run]));
  return artifacts.map((artifact) => ({ artifact, run: byId.get(runIdOf(artifact) ?? "") }));
}

/** On a narrow window what it is and its age stand below the name. */
function NameCell({ artifact }: { artifact: Artifact }) {
  return (
    <>
      <Link to={paths.artifact(artifact.artifact_id)} fw={600}>{artifact.name || artifact.artifact_id}</Link>
      <Text size="xs" c="dimmed" hiddenFrom="sm">{artifact.schema_title} · <TimeText time={artifact.created_at} /></Text>
    </>
  );
}

export default function ArtifactsPage() {
  const { t, language } = useLanguage();
  const columns: Column<Row>[] = [
    { label: t("field.name"), sort: "name", render: ({ artifact }) => <NameCell artifact={artifact} /> },
    { label: t("field.type"), sort: "type", from: "sm", render: ({ artifact }) => <Badge variant="default" tt="none" fw={500}>{artifact.schema_title}</Badge> },
    { label: t("artifacts.run"), render: ({ run }) => run && <Link to={paths.run(run.run_id)} fz="sm">{run.display_name}</Link> },
    { label: t("field.size"), sort: "size", from: "md", render: ({ artifact }) => artifact.size && formatBytes(Number(artifact.size), language) },
    { label: t("field.created"), sort: "created_at", from: "sm", render: ({ artifact }) => <TimeText time={artifact.created_at} /> },
  ];
  return (
    <>
      <PageHeader title={t("artifacts.title")}><Text c="dimmed" size="sm">{t("artifacts.ofRun")}</Text></PageHeader>
      <ListTable
        label={t("artifacts.title")}
        queryKey={["artifacts", "list"]}
        load={async (request) => {
          const page = await artifactsApi.list(request);
          return { rows: await withRuns(page.artifacts ?? []), total: page.total_size ?? 0, next: page.next_page_token };
        }}
        columns={columns}
        searchKey="name"
        rowId={({ artifact }) => artifact.artifact_id}
        rowName={({ artifact }) => artifact.name || artifact.artifact_id}
        empty={<EmptyState icon={<IconBox size={40} stroke={1.3} />} title={t("artifacts.empty")}>{t("artifacts.emptyText")}</EmptyState>}
      />
    </>
  );
}
