import { Group, Paper, SegmentedControl, Select, SimpleGrid, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { useSearchParams } from "@/app/navigation";
import { useT } from "@/i18n";
import { Loaded, Loading } from "@/ui/states";
import { admin, type UsageHistory } from "./client/admin";
import { type UsageSpan, usageBuckets, usagePoints } from "./usagePoints";

const UsageLines = lazy(() => import("./UsageLines"));
const SPANS: UsageSpan[] = ["week", "month", "all"];
const isSpan = (text: string | undefined): text is UsageSpan => SPANS.some((span) => span === text);

/** How what the store holds has grown. */
export function UsageOverTime() {
  const t = useT();
  const query = useQuery({ queryKey: ["store", "usage-history"], queryFn: admin.usageHistory });
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h5" mb="xs">{t("usage.title")}</Title>
      <Loaded query={query}>{(history) => <Charts history={history} />}</Loaded>
    </Paper>
  );
}

function Charts({ history }: { history: UsageHistory }) {
  const t = useT();
  const [search, change] = useSearchParams();
  const span = isSpan(search.span) ? search.span : "week";
  const names = usageBuckets(history);
  const bucket = names.find((name) => name === search.usage);
  const points = usagePoints(history, span, bucket);
  return (
    <>
      <Group mb="sm" align="flex-end" gap="sm">
        <SegmentedControl size="xs" aria-label={t("usage.span")} value={span} onChange={(next) => change({ span: next })} data={SPANS.map((value) => ({ value, label: t(`usage.${value}`) }))} />
        <Select size="xs" aria-label={t("usage.of")} placeholder={t("usage.wholeStore")} clearable clearButtonProps={{ "aria-label": t("usage.wholeStore") }} data={names} value={bucket ?? null} onChange={(next) => change({ usage: next ?? undefined })} />
      </Group>
      {points.length < 2 ? (
        <Text size="sm" c="dimmed">{t("usage.soon")}</Text>
      ) : (
        <Suspense fallback={<Loading />}>
          <SimpleGrid cols={{ base: 1, lg: 2 }}>
            {(["bytes", "objects"] as const).map((what) => (
              <div key={what}>
                <Text size="sm" fw={600}>{t(what === "bytes" ? "field.size" : "buckets.objects")}</Text>
                <UsageLines points={points} what={what} label={t(what === "bytes" ? "field.size" : "buckets.objects")} />
              </div>
            ))}
          </SimpleGrid>
        </Suspense>
      )}
      <Text size="xs" c="dimmed" mt={4}>{t("usage.hint")}</Text>
    </>
  );
}
