import { Box, Button, Group, Paper, Stack, TextInput, VisuallyHidden } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconBucketOff, IconFolderPlus, IconFolderUp, IconSearch, IconSettings, IconUpload } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useSearchParams, usePathParam } from "@/app/navigation";
import { href, paths } from "@/app/paths";
import { useT } from "@/i18n";
import { PageHeader } from "@/ui/PageHeader";
import { EmptyState, ErrorState, Loaded } from "@/ui/states";
import { useMay } from "./client/permissions";
import { StoreError } from "./client/signing";
import { NewFolder } from "./NewFolder";
import { DeleteChosen } from "./object/DeleteChosen";
import { ObjectTable } from "./object/ObjectTable";
import { useUploads } from "./object/uploads";
import { droppedFiles, type FileAt } from "./object/droppedFiles";
import { UploadList } from "./object/UploadList";
import { useObjectPages } from "./object/useObjectPages";
import { SignedIn } from "./SignedIn";

export default function BucketPage() {
  return (
    <SignedIn>
      <Content />
    </SignedIn>
  );
}

function Content() {
  const t = useT();
  const bucket = usePathParam("bucket");
  const [search] = useSearchParams();
  const prefix = search.prefix ?? "";
  const may = useMay(bucket, prefix);
  const client = useQueryClient();
  const [over, setOver] = useState(false);
  const [missing, setMissing] = useState(false);
  const { title, folders } = wayTo(bucket, prefix);
  const refresh = () => void client.invalidateQueries({ queryKey: ["store", "objects", bucket] });
  const uploads = useUploads(refresh);
  const start = (files: FileAt[]) => uploads.queue.add(files.map(({ path, file }) => ({ bucket, key: prefix + path, file })));

  return (
    <Stack
      gap={0}
      mih="70vh"
      style={over ? { outline: "3px dashed var(--mantine-color-anchor)", outlineOffset: 6, borderRadius: 8 } : undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => event.currentTarget === event.target && setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void droppedFiles(event.dataTransfer).then(start);
      }}
    >
      <PageHeader
        title={title}
        crumbs={[{ label: t("nav.buckets"), to: paths.buckets }, ...folders]}
        actions={
          !missing && <>
            <Button component="a" variant="default" href={href(paths.bucketSettings(bucket))} leftSection={<IconSettings size={16} />}>{t("buckets.settings")}</Button>
            {may("s3:PutObject") && <NewFolder bucket={bucket} prefix={prefix} icon={<IconFolderPlus size={16} />} />}
            {may("s3:PutObject") && <UploadButton onFiles={start} />}
          </>
        }
      />
      <Objects key={prefix} bucket={bucket} prefix={prefix} onMissing={setMissing} />
      <UploadList queue={uploads.queue} shown={uploads.shown} />
    </Stack>
  );
}

/** The way down to a prefix, each folder but the last one a link. */
function wayTo(bucket: string, prefix: string) {
  const parts = prefix.split("/").filter(Boolean);
  if (parts.length === 0) return { title: bucket, folders: [] };
  const folders = parts.slice(0, -1).map((label, index) => ({ label, to: paths.bucket(bucket, `${parts.slice(0, index + 1).join("/")}/`) }));
  return { title: parts.at(-1) as string, folders: [{ label: bucket, to: paths.bucket(bucket) }, ...folders] };
}

// Browsers have it, the types of React do not.
const FOLDERS = { webkitdirectory: "" } as object;

function UploadButton({ onFiles }: { onFiles: (files: FileAt[]) => void }) {
  const t = useT();
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const chosen = (list: FileList | null) => onFiles([...(list ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file })));
  return (
    <Group gap="xs">
      <VisuallyHidden>
        <input ref={files} type="file" multiple aria-label={t("objects.upload")} tabIndex={-1} onChange={(event) => chosen(event.currentTarget.files)} />
        <input ref={folder} type="file" multiple {...FOLDERS} aria-label={t("objects.uploadFolder")} tabIndex={-1} onChange={(event) => chosen(event.currentTarget.files)} />
      </VisuallyHidden>
      <Button variant="default" leftSection={<IconFolderUp size={16} />} onClick={() => folder.current?.click()}>{t("objects.uploadFolder")}</Button>
      <Button leftSection={<IconUpload size={16} />} onClick={() => files.current?.click()}>{t("objects.upload")}</Button>
    </Group>
  );
}

function Objects({ bucket, prefix, onMissing }: { bucket: string; prefix: string; onMissing: (missing: boolean) => void }) {
  const t = useT();
  const [search] = useSearchParams();
  const begin = search.begin ?? "";
  const { first, pages, came, problem, retry, see } = useObjectPages(bucket, prefix, begin);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const may = useMay(bucket, prefix);
  const missing = first.error instanceof StoreError && first.error.status === 404;
  useEffect(() => onMissing(missing), [onMissing, missing]);
  if (missing) {
    const back = <Button component="a" variant="default" href={href(paths.buckets)}>{t("buckets.toAll")}</Button>;
    return <EmptyState icon={<IconBucketOff size={40} stroke={1.3} />} title={t("error.title")} action={back}>{t("buckets.missing")}</EmptyState>;
  }
  if (first.error && pages === undefined) return <ErrorState error={first.error} retry={() => void first.refetch()} />;
  const nothing = pages !== undefined && pages.count === 0 && !pages.more;
  if (nothing && begin === "") return <EmptyState icon={<IconUpload size={40} stroke={1.3} />} title={t("objects.empty")}>{t("objects.emptyText")}</EmptyState>;
  return (
    <Paper withBorder style={{ overflow: "hidden" }}>
      <Group p="sm" gap="sm" justify="space-between">
        <BeginBox begin={begin} />
        {may("s3:DeleteObject") && <DeleteChosen bucket={bucket} keys={[...chosen]} clear={() => setChosen(new Set())} />}
      </Group>
      {problem !== undefined && <Box p="sm" pt={0}><ErrorState error={problem} retry={retry} /></Box>}
      <Loaded query={first}>
        {() => (nothing ? <EmptyState title={t("objects.noneBegin", { text: begin })} /> : pages && <ObjectTable key={`${prefix} ${begin}`} bucket={bucket} prefix={prefix} pages={pages} version={`${came} ${first.dataUpdatedAt}`} see={see} chosen={chosen} choose={setChosen} />)}
      </Loaded>
    </Paper>
  );
}

/** Among very many keys the way to some is how they begin: the store finds these at once. */
function BeginBox({ begin }: { begin: string }) {
  const t = useT();
  const [, change] = useSearchParams();
  const later = useDebouncedCallback((text: string) => change({ begin: text }), 250);
  return (
    <TextInput
      type="search"
      aria-label={t("objects.begin")}
      placeholder={t("objects.begin")}
      leftSection={<IconSearch size={16} />}
      defaultValue={begin}
      onChange={(event) => later(event.currentTarget.value)}
      style={{ flex: "1 1 200px", maxWidth: 340 }}
    />
  );
}
