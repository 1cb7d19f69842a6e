import { Box, Button, Group, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconBucket, IconPlus, IconSettings } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { href, paths } from "@/app/paths";
import { formatBytes, formatCount } from "@/format/size";
import { useLanguage, useT } from "@/i18n";
import { Link } from "@/ui/Link";
import { ListTable } from "@/ui/ListTable";
import { PageHeader } from "@/ui/PageHeader";
import { EmptyState, Loaded } from "@/ui/states";
import { TimeText } from "@/ui/times";
import { BY_NAME, bucketPage } from "./bucketList";
import { CreateBucket } from "./CreateBucket";
import { admin, type BucketEntry } from "./client/admin";
import { useMay } from "./client/permissions";
import { SignedIn } from "./SignedIn";

const ALL = { queryKey: ["store", "buckets"], queryFn: admin.buckets };

export default function BucketsPage() {
  return (
    <SignedIn>
      <Content />
    </SignedIn>
  );
}

function Content() {
  const t = useT();
  const [creating, { open, close }] = useDisclosure(false);
  const query = useQuery(ALL);
  const may = useMay();
  const create = may("s3:CreateBucket") && <Button leftSection={<IconPlus size={16} />} onClick={open}>{t("buckets.create")}</Button>;
  return (
    <>
      <PageHeader title={t("nav.buckets")} actions={create} />
      <Loaded query={query}>
        {(buckets) =>
          buckets.length === 0 ? (
            <EmptyState icon={<IconBucket size={40} stroke={1.3} />} title={t("buckets.empty")} action={create}>{t("buckets.emptyText")}</EmptyState>
          ) : (
            <BucketTable buckets={buckets} />
          )
        }
      </Loaded>
      {creating && <CreateBucket close={close} />}
    </>
  );
}

function BucketTable({ buckets }: { buckets: BucketEntry[] }) {
  const { t, language } = useLanguage();
  const client = useQueryClient();
  const bytes = buckets.reduce((sum, bucket) => sum + bucket.usage.bytes, 0);
  return (
    <ListTable
      label={t("nav.buckets")}
      queryKey={["store", "buckets", "page"]}
      load={async (request) => bucketPage(await client.fetchQuery({ ...ALL, staleTime: 1000 }), request)}
      defaultSort={BY_NAME}
      searchKey="name"
      rowId={(bucket) => bucket.name}
      rowName={(bucket) => bucket.name}
      empty={null}
      filters={<Text size="sm" c="dimmed" py={7}>{t("buckets.sum", { count: buckets.length, size: formatBytes(bytes, language) })}</Text>}
      columns={[
        { label: t("field.name"), sort: "name", render: (bucket) => <Link to={paths.bucket(bucket.name)} fw={600}>{bucket.name}</Link> },
        { label: t("buckets.objects"), sort: "objects", render: (bucket) => formatCount(bucket.usage.objects, language) },
        { label: t("field.size"), sort: "bytes", render: (bucket) => <Size bytes={bucket.usage.bytes} of={bytes} /> },
        { label: t("field.created"), sort: "created_at", from: "sm", render: (bucket) => <TimeText time={bucket.created_at} /> },
        { label: t("buckets.settings"), hidden: true, render: (bucket) => <SettingsButton name={bucket.name} /> },
      ]}
    />
  );
}

/** With its part of the whole store, as a bar. */
function Size({ bytes, of }: { bytes: number; of: number }) {
  const { language } = useLanguage();
  return (
    <Group gap="xs" wrap="nowrap">
      <span style={{ minWidth: 72, whiteSpace: "nowrap" }}>{formatBytes(bytes, language)}</span>
      <Box visibleFrom="sm" w={90} h={6} bg="var(--mantine-color-default-hover)" style={{ borderRadius: 3 }} aria-hidden>
        <Box w={`${of > 0 ? (100 * bytes) / of : 0}%`} h="100%" bg="cyan.7" style={{ borderRadius: 3 }} />
      </Box>
    </Group>
  );
}

function SettingsButton({ name }: { name: string }) {
  const t = useT();
  return (
    <Button component="a" size="compact-sm" variant="subtle" color="gray" href={href(paths.bucketSettings(name))} aria-label={`${t("buckets.settings")}: ${name}`}><IconSettings size={17} /></Button>
  );
}
