import { Button, Group, Paper, Table, Text, TextInput, VisuallyHidden } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconBucket, IconPlus, IconSearch, IconSettings } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "@/app/navigation";
import { href, paths } from "@/app/paths";
import { formatBytes, formatCount } from "@/format/size";
import { useLanguage, useT } from "@/i18n";
import { Link } from "@/ui/Link";
import { PageHeader } from "@/ui/PageHeader";
import { EmptyState, Loaded } from "@/ui/states";
import { TimeText } from "@/ui/times";
import { CreateBucket } from "./CreateBucket";
import { admin, type BucketEntry } from "./client/admin";
import { useMay } from "./client/permissions";
import { SessionBar, SignedIn } from "./SignedIn";

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
  const query = useQuery({ queryKey: ["store", "buckets"], queryFn: admin.buckets });
  const may = useMay();
  const create = may("s3:CreateBucket") && <Button leftSection={<IconPlus size={16} />} onClick={open}>{t("buckets.create")}</Button>;
  return (
    <>
      <PageHeader title={t("nav.buckets")} actions={<><SessionBar />{create}</>} />
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
  const [search, change] = useSearchParams();
  const shown = buckets.filter((bucket) => bucket.name.includes((search.q ?? "").toLowerCase()));
  const bytes = buckets.reduce((sum, bucket) => sum + bucket.usage.bytes, 0);
  return (
    <Paper withBorder>
      <Group p="sm" justify="space-between">
        <TextInput type="search" aria-label={t("list.search")} placeholder={t("list.search")} leftSection={<IconSearch size={16} />} defaultValue={search.q ?? ""} onChange={(event) => change({ q: event.currentTarget.value })} w={320} maw="100%" />
        <Text size="sm" c="dimmed">{t("buckets.sum", { count: buckets.length, size: formatBytes(bytes, language) })}</Text>
      </Group>
      <Table.ScrollContainer minWidth={0} tabIndex={0} role="region" aria-label={t("nav.buckets")}>
        <Table highlightOnHover verticalSpacing={8} aria-label={t("nav.buckets")}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("field.name")}</Table.Th>
              <Table.Th>{t("buckets.objects")}</Table.Th>
              <Table.Th>{t("field.size")}</Table.Th>
              <Table.Th visibleFrom="sm">{t("field.created")}</Table.Th>
              <Table.Th><VisuallyHidden>{t("buckets.settings")}</VisuallyHidden></Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((bucket) => (
              <Table.Tr key={bucket.name}>
                <Table.Td><Link to={paths.bucket(bucket.name)} fw={600}>{bucket.name}</Link></Table.Td>
                <Table.Td>{formatCount(bucket.usage.objects, language)}</Table.Td>
                <Table.Td>{formatBytes(bucket.usage.bytes, language)}</Table.Td>
                <Table.Td visibleFrom="sm"><TimeText time={bucket.created_at} /></Table.Td>
                <Table.Td ta="right">
                  <Button component="a" size="compact-sm" variant="subtle" color="gray" href={href(paths.bucketSettings(bucket.name))} aria-label={`${t("buckets.settings")}: ${bucket.name}`}><IconSettings size={17} /></Button>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Paper>
  );
}
