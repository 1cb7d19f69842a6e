import { Button, Group, Stack, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { ApiError, fetchChecked } from "@/api/http";
import { artifactsApi } from "@/api/runs";
import type { Artifact } from "@/api/types";
import { paths } from "@/app/paths";
import { formatBytes } from "@/format/size";
import { useLanguage, useT } from "@/i18n";
import { Link } from "@/ui/Link";
import { ErrorState, Loading } from "@/ui/states";
import { type AskPart, openFile, type Part } from "./fetchPart";
import { kindByContent, kindByName, PREVIEW_BYTES } from "./preview";

const PreviewContent = lazy(() => import("./PreviewContent"));

/** Bucket and key of an address in the server's own store. */
export function storeAddress(uri: string | undefined): { bucket: string; key: string } | undefined {
  const match = /^(?:minio|s3):\/\/([^/]+)\/(.+)$/.exec(uri ?? "");
  return match ? { bucket: match[1] as string, key: match[2] as string } : undefined;
}

const askArtifact = (id: string): AskPart => (begin, end) => fetchChecked(artifactsApi.downloadPath(id), { headers: { Range: `bytes=${begin}-${end - 1}` } });

/** What an artifact holds, as far as a browser can show it. */
export function Preview({ artifact, height = 460 }: { artifact: Artifact; height?: number }) {
  const t = useT();
  const query = useQuery({
    queryKey: ["artifacts", artifact.artifact_id, "preview"],
    queryFn: () => openFile(askArtifact(artifact.artifact_id ?? ""), PREVIEW_BYTES),
    enabled: !artifact.directory,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
  if (artifact.directory) return <Directory artifact={artifact} />;
  if (query.error instanceof ApiError && query.error.status === 404) return <Text c="dimmed" size="sm">{t("artifacts.missing")}</Text>;
  if (query.error) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <Loading />;
  return <Shown artifact={artifact} part={query.data} height={height} />;
}

function Shown({ artifact, part, height }: { artifact: Artifact; part: Part; height: number }) {
  const { t, language } = useLanguage();
  const kind = kindByName(artifact) ?? kindByContent(part.bytes);
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Text size="sm" c="dimmed">{part.complete ? formatBytes(part.bytes.length, language) : t("artifacts.tooLarge", { size: formatBytes(PREVIEW_BYTES, language) })}</Text>
        <Button component="a" size="xs" variant="default" href={artifactsApi.downloadUrl(artifact.artifact_id)} download leftSection={<IconDownload size={14} />}>{t("action.download")}</Button>
      </Group>
      <Suspense fallback={<Loading />}>
        <PreviewContent kind={kind} part={part} name={artifact.name ?? ""} pageUrl={artifactsApi.pageUrl(artifact.artifact_id)} height={height} />
      </Suspense>
    </Stack>
  );
}

function Directory({ artifact }: { artifact: Artifact }) {
  const t = useT();
  const address = storeAddress(artifact.uri);
  return (
    <Text size="sm">
      {t("artifacts.directory")} {address && <Link to={paths.bucket(address.bucket, `${address.key}/`)}>{t("artifacts.inStore")}</Link>}
    </Text>
  );
}
