import { Alert, Badge, Checkbox, Paper, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { artifactsApi, runsApi } from "@/api/runs";
import type { Artifact } from "@/api/types";
import { usePathParam } from "@/app/navigation";
import { paths } from "@/app/paths";
import { formatBytes } from "@/format/size";
import { useLanguage, useT } from "@/i18n";
import { ConfirmButton } from "@/ui/ConfirmButton";
import { CopyText } from "@/ui/CopyText";
import columns from "@/ui/columns.module.css";
import { Facts } from "@/ui/Facts";
import { JsonValue } from "@/ui/JsonValue";
import { Link } from "@/ui/Link";
import { LoadedPage } from "@/ui/LoadedPage";
import { PageHeader } from "@/ui/PageHeader";
import { TimeText } from "@/ui/times";
import { useChange } from "@/ui/useChange";
import { LineagePanel } from "./LineagePanel";
import { hasMetrics, MetricsOf } from "./MetricsOf";
import { Preview, storeAddress } from "./Preview";
import { runIdOf } from "./runOf";

export default function ArtifactPage() {
  const id = usePathParam("artifactId");
  const query = useQuery({ queryKey: ["artifacts", id], queryFn: () => artifactsApi.get(id) });
  return <LoadedPage query={query} missing="missing.artifact" list={{ label: "artifacts.title", to: paths.artifacts }}>{(artifact) => <Content artifact={artifact} />}</LoadedPage>;
}

function Content({ artifact }: { artifact: Artifact }) {
  const { t, language } = useLanguage();
  const runId = runIdOf(artifact);
  const run = useQuery({ queryKey: ["runs", runId], queryFn: () => runsApi.get(runId ?? ""), enabled: runId !== undefined, retry: false });
  const address = storeAddress(artifact.uri);
  const metadata = Object.entries(artifact.metadata ?? {});
  return (
    <>
      <PageHeader
        title={artifact.name || artifact.artifact_id}
        crumbs={[{ label: t("artifacts.title"), to: paths.artifacts }]}
        beside={<Badge variant="default" tt="none">{artifact.schema_title}</Badge>}
        actions={!artifact.deleted_at && <DeleteButton artifact={artifact} />}
      />
      {artifact.deleted_at && <Alert variant="outline" color="gray" mb="md">{t("artifacts.isDeleted")} <TimeText exact time={artifact.deleted_at} /></Alert>}
      <div className={columns.contentFirst}>
        <Stack>
          {hasMetrics(artifact) && <Paper withBorder p="md"><MetricsOf artifact={artifact} /></Paper>}
          {/* Metrics alone need no file. */}
          {!(hasMetrics(artifact) && !artifact.size) && (
            <Paper withBorder p="md">
              <Title order={2} size="h5" mb="xs">{t("artifacts.preview")}</Title>
              {artifact.deleted_at ? <Text size="sm" c="dimmed">{t("artifacts.isDeleted")}</Text> : <Preview artifact={artifact} height={560} />}
            </Paper>
          )}
        </Stack>
        <Stack>
          <Paper withBorder p="md">
            <Facts
              rows={[
                [t("artifacts.run"), runId && <Link to={paths.run(runId)}>{run.data?.display_name || runId}</Link>],
                [t("field.size"), artifact.size && formatBytes(Number(artifact.size), language)],
                [t("field.created"), <TimeText key="c" exact time={artifact.created_at} />],
                [t("artifacts.uri"), artifact.uri && <CopyText value={artifact.uri} />],
                ["", address && <Link to={paths.object(address.bucket, address.key)}>{t("artifacts.inStore")}</Link>],
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
          <LineagePanel artifact={artifact} />
        </Stack>
      </div>
    </>
  );
}

/** The bytes go, the record stays: what has used them is not rewritten. */
function DeleteButton({ artifact }: { artifact: Artifact }) {
  const t = useT();
  const [force, setForce] = useState(false);
  const remove = useChange(() => artifactsApi.remove(artifact.artifact_id, force), {
    refresh: [["artifacts"]],
    done: () => t("done.deleted", { name: artifact.name || artifact.artifact_id }),
  });
  return (
    <ConfirmButton needs="WriteArtifacts" label={t("action.delete")} title={t("confirm.delete", { name: artifact.name || artifact.artifact_id })} text={t("artifacts.deleteText")} onConfirm={() => remove.mutate(undefined)}>
      <Checkbox label={t("artifacts.deleteForce")} checked={force} onChange={(event) => setForce(event.currentTarget.checked)} />
    </ConfirmButton>
  );
}
