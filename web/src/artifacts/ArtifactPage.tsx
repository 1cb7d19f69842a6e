import { Badge, Paper, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { IconBox, IconPlayerPlay } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { artifactsApi, runsApi } from "@/api/runs";
import type { Artifact } from "@/api/types";
import { usePathParam } from "@/app/navigation";
import { paths } from "@/app/paths";
import { formatBytes } from "@/format/size";
import { useLanguage, useT } from "@/i18n";
import { useLineage } from "@/runs/useLineage";
import { CopyText } from "@/ui/CopyText";
import { Facts } from "@/ui/Facts";
import { JsonValue } from "@/ui/JsonValue";
import { Link } from "@/ui/Link";
import { PageHeader } from "@/ui/PageHeader";
import { Loaded } from "@/ui/states";
import { TimeText } from "@/ui/times";
import { lineageOf, type LineageStep } from "./lineage";
import { hasMetrics, MetricsOf } from "./MetricsOf";
import { Preview, storeAddress } from "./Preview";

export default function ArtifactPage() {
  const id = usePathParam("artifactId");
  const query = useQuery({ queryKey: ["artifacts", id], queryFn: () => artifactsApi.get(id) });
  return <Loaded query={query}>{(artifact) => <Content artifact={artifact} />}</Loaded>;
}

/** The run is in the artifact's address: ROOT/PIPELINE/RUN/TASK/…; others have none that is known here. */
function runIdOf(artifact: Artifact): string | undefined {
  return /\/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\//.exec(artifact.uri ?? "")?.[1];
}

function Content({ artifact }: { artifact: Artifact }) {
  const { t, language } = useLanguage();
  const runId = runIdOf(artifact);
  const address = storeAddress(artifact.uri);
  const metadata = Object.entries(artifact.metadata ?? {});
  return (
    <>
      <PageHeader
        title={artifact.name || artifact.artifact_id}
        crumbs={[{ label: t("artifacts.title"), to: paths.artifacts }]}
        beside={<Badge variant="default" tt="none">{artifact.schema_title}</Badge>}
      />
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <Stack>
          <Paper withBorder p="md">
            <Facts
              rows={[
                [t("artifacts.uri"), artifact.uri && <CopyText value={artifact.uri} />],
                ["", address && <Link to={paths.object(address.bucket, address.key)}>{t("artifacts.inStore")}</Link>],
                [t("artifacts.run"), runId && <Link to={paths.run(runId)}>{runId}</Link>],
                [t("field.size"), artifact.size && formatBytes(Number(artifact.size), language)],
                [t("field.created"), <TimeText key="c" time={artifact.created_at} />],
                [t("field.id"), <CopyText key="i" value={artifact.artifact_id} />],
              ]}
            />
          </Paper>
          {metadata.length > 0 && !hasMetrics(artifact) && (
            <Paper withBorder p="md">
              <Title order={2} size="h5" mb="xs">{t("artifacts.metadata")}</Title>
              <Facts rows={metadata.map(([name, value]) => [name, <JsonValue key={name} value={value} />])} />
            </Paper>
          )}
          {runId && <LineagePanel artifact={artifact} runId={runId} />}
        </Stack>
        <Stack>
          {hasMetrics(artifact) && <Paper withBorder p="md"><MetricsOf artifact={artifact} /></Paper>}
          <Paper withBorder p="md">
            <Title order={2} size="h5" mb="xs">{t("artifacts.preview")}</Title>
            <Preview artifact={artifact} height={560} />
          </Paper>
        </Stack>
      </SimpleGrid>
    </>
  );
}

function LineagePanel({ artifact, runId }: { artifact: Artifact; runId: string }) {
  const t = useT();
  const lineage = useLineage({ run_id: runId, state: "SUCCEEDED" });
  const tasks = useQuery({ queryKey: ["runs", runId, "tasks"], queryFn: () => runsApi.tasks(runId) });
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h5">{t("artifacts.lineage")}</Title>
      <Text size="sm" c="dimmed" mb="sm">{t("artifacts.lineageHint")}</Text>
      <Loaded query={lineage}>
        {(found) => (
          <Loaded query={tasks}>
            {(all) => {
              const facts = { ...found, tasks: all };
              return (
                <Stack gap="sm">
                  <Steps title={t("artifacts.producer")} steps={lineageOf(artifact.artifact_id, "up", facts)} />
                  <Steps title={t("artifacts.usedBy")} steps={lineageOf(artifact.artifact_id, "down", facts)} />
                </Stack>
              );
            }}
          </Loaded>
        )}
      </Loaded>
    </Paper>
  );
}

function Steps({ title, steps }: { title: string; steps: LineageStep[] }) {
  if (steps.length === 0) return null;
  return (
    <div>
      <Text fw={600} size="sm">{title}</Text>
      <ul style={{ listStyle: "none", margin: 0, padding: 0 }}>
        {steps.map(({ depth, item }) => (
          <li key={item.kind === "task" ? item.task.task_id : item.artifact.artifact_id} style={{ paddingLeft: 6 + depth * 18, fontSize: 14, display: "flex", gap: 6, alignItems: "center", minHeight: 26 }}>
            {item.kind === "task" ? <IconPlayerPlay size={14} aria-hidden /> : <IconBox size={14} aria-hidden />}
            {item.kind === "task" ? (
              <Link to={paths.task(item.task.run_id, item.task.task_id)}>{item.task.display_name || item.task.name}</Link>
            ) : (
              <Link to={paths.artifact(item.artifact.artifact_id)}>{item.artifact.name || item.artifact.artifact_id}</Link>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
