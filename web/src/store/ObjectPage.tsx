import { Button, Paper, Stack, Title } from "@mantine/core";
import { IconDownload, IconFileOff } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useGo, usePathParam, useSearchParams } from "@/app/navigation";
import { href, paths } from "@/app/paths";
import { formatBytes } from "@/format/size";
import { useLanguage, useT } from "@/i18n";
import { ConfirmButton } from "@/ui/ConfirmButton";
import { CopyText } from "@/ui/CopyText";
import columns from "@/ui/columns.module.css";
import { Facts } from "@/ui/Facts";
import { PageHeader } from "@/ui/PageHeader";
import { EmptyState, Loaded } from "@/ui/states";
import { TagEditor } from "@/ui/TagEditor";
import { TimeText } from "@/ui/times";
import { useChange } from "@/ui/useChange";
import { deleteObject, headObject, type ObjectFacts } from "./client/objects";
import { getTags, putTags } from "./client/objectSettings";
import { useMay } from "./client/permissions";
import { sessionKeys } from "@/session/session";
import { downloadUrl, StoreError, storePath } from "./client/signing";
import { LockPanel } from "./object/LockPanel";
import { ObjectPreview } from "./object/ObjectPreview";
import { SharePanel } from "./object/SharePanel";
import { VersionsPanel } from "./object/VersionsPanel";
import { SignedIn } from "./SignedIn";

export default function ObjectPage() {
  return (
    <SignedIn>
      <Content />
    </SignedIn>
  );
}

function Content() {
  const t = useT();
  const go = useGo();
  const bucket = usePathParam("bucket");
  const [search] = useSearchParams();
  const key = search.key ?? "";
  const folder = key.slice(0, key.lastIndexOf("/") + 1);
  const may = useMay(bucket, key);
  const facts = useQuery({ queryKey: ["store", "object", bucket, key], queryFn: () => headObject(bucket, key) });
  const missing = facts.error instanceof StoreError && facts.error.status === 404;
  const remove = useChange(() => deleteObject(bucket, key), {
    refresh: [["store", "objects", bucket]],
    done: () => t("done.deleted", { name: key }),
    onDone: () => go(paths.bucket(bucket, folder)),
  });
  return (
    <>
      <PageHeader
        title={key.slice(folder.length) || key}
        crumbs={[
          { label: t("nav.buckets"), to: paths.buckets },
          { label: bucket, to: paths.bucket(bucket) },
          ...(folder ? [{ label: folder, to: paths.bucket(bucket, folder) }] : []),
        ]}
        actions={
          !missing && <>
            {may("s3:DeleteObject") && <ConfirmButton label={t("action.delete")} title={t("confirm.delete", { name: key })} text={t(facts.data?.versionId ? "objects.deleteKept" : "confirm.cannotUndo")} onConfirm={() => remove.mutate(undefined)} />}
            {may("s3:GetObject") && <DownloadButton bucket={bucket} objectKey={key} />}
          </>
        }
      />
      {missing ? (
        <>
          <EmptyState icon={<IconFileOff size={40} stroke={1.3} />} title={t("error.title")} action={<Button component="a" variant="default" href={href(paths.bucket(bucket, folder))}>{t("objects.toFolder")}</Button>}>{t("objects.missing")}</EmptyState>
          {/* A deleted one may have versions to bring back. */}
          <VersionsPanel bucket={bucket} objectKey={key} />
        </>
      ) : (
      <div className={columns.contentFirst}>
        <Stack>
          <Paper withBorder p="md">
            <Title order={2} size="h5" mb="xs">{t("artifacts.preview")}</Title>
            <ObjectPreview bucket={bucket} objectKey={key} />
          </Paper>
          <VersionsPanel bucket={bucket} objectKey={key} />
        </Stack>
        <Stack>
          <Loaded query={facts}>{(found) => <Details bucket={bucket} objectKey={key} facts={found} />}</Loaded>
          <SharePanel bucket={bucket} objectKey={key} />
          <LockPanel bucket={bucket} objectKey={key} />
        </Stack>
      </div>
      )}
    </>
  );
}

/** A link that this browser alone follows at once, so that nothing is held in memory. */
export async function download(bucket: string, key: string, versionId?: string): Promise<void> {
  const link = document.createElement("a");
  link.href = await downloadUrl(storePath(bucket, key), sessionKeys(), versionId ? { versionId } : {});
  link.download = key.split("/").pop() ?? key;
  link.click();
}

function DownloadButton({ bucket, objectKey }: { bucket: string; objectKey: string }) {
  const t = useT();
  return <Button leftSection={<IconDownload size={16} />} onClick={() => void download(bucket, objectKey)}>{t("action.download")}</Button>;
}

function Details({ bucket, objectKey, facts }: { bucket: string; objectKey: string; facts: ObjectFacts }) {
  const { t, language } = useLanguage();
  const may = useMay(bucket, objectKey);
  const tags = useQuery({ queryKey: ["store", "object", bucket, objectKey, "tags"], queryFn: () => getTags(bucket, objectKey) });
  const change = useChange((next: Record<string, string>) => putTags(bucket, objectKey, next), {
    refresh: [["store", "object", bucket, objectKey, "tags"]],
  });
  return (
    <Paper withBorder p="md">
      <Facts
        rows={[
          [t("field.key"), <CopyText key="k" value={objectKey} />],
          [t("field.size"), formatBytes(facts.size, language)],
          [t("field.type"), facts.type],
          [t("objects.modified"), <TimeText key="m" exact time={facts.modified} />],
          [t("objects.etag"), <CopyText key="e" value={facts.etag.replace(/"/g, "")} />],
          [t("objects.version"), facts.versionId && <CopyText value={facts.versionId} />],
          [t("objects.encryption"), facts.encryption],
          ...Object.entries(facts.metadata).map(([name, value]): [string, string] => [`x-amz-meta-${name}`, value]),
          [t("field.tags"), <TagEditor key="t" tags={tags.data ?? {}} dotsInKeys onChange={may("s3:PutObjectTagging") ? (next) => change.mutate(next) : undefined} />],
        ]}
      />
    </Paper>
  );
}
