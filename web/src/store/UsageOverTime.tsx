import { Group, MultiSelect, Paper, SegmentedControl, SimpleGrid, Switch, Text, Title } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { useSearchParams } from "@/app/navigation";
import { useT } from "@/i18n";
import { Loaded, Loading } from "@/ui/states";
import { admin, type UsageHistory } from "./client/admin";
import { chosenBuckets, MOST_CHOSEN, type UsageSpan, usageBuckets, usagePoints } from "./usagePoints";

const UsageLines = lazy(() => import("./UsageLines"));
const SPANS: UsageSpan[] = ["week", "month", "all"];
const isSpan = (text: string | undefined): text is UsageSpan => SPANS.some((span) => span === text);

/** How what the store holds has grown. */
export function UsageOverTime() {
  const t = useT();
  const [search] = useSearchParams();
  const chosen = chosenBuckets(search.usage);
  const query = useQuery({ queryKey: ["store", "usage-history", chosen], queryFn: () => admin.usageHistory(chosen), placeholderData: keepPreviousData });
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h5" mb="xs">{t("usage.title")}</Title>
      <Loaded query={query}>{(history) => <Charts history={history} chosen={chosen} />}</Loaded>
    </Paper>
  );
}

function Charts({ history, chosen }: { history: UsageHistory; chosen: string[] }) {
  const t = useT();
  const [search, change] = useSearchParams();
  const span = isSpan(search.span) ? search.span : "week";
  const names = usageBuckets(history);
  const points = usagePoints(history, span, chosen);
  const withOthers = search.others !== "0";
  return (
    <>
      <Group mb="sm" align="flex-end" gap="sm">
        <SegmentedControl size="xs" aria-label={t("usage.span")} value={span} onChange={(next) => change({ span: next })} data={SPANS.map((value) => ({ value, label: t(`usage.${value}`) }))} />
        <MultiSelect
          size="xs"
          miw={220}
          maw={520}
          aria-label={t("usage.of")}
          placeholder={chosen.length === 0 ? t("usage.wholeStore") : undefined}
          searchable
          clearable
          clearButtonProps={{ "aria-label": t("usage.wholeStore") }}
          hidePickedOptions
          limit={20}
          maxValues={MOST_CHOSEN}
          nothingFoundMessage={t("usage.noBucket")}
          data={[...new Set([...chosen, ...names])]}
          value={chosen}
          onChange={(next) => change({ usage: next.join(",") })}
        />
        {chosen.length > 0 && <Switch size="xs" label={t("usage.withOthers")} checked={withOthers} onChange={(event) => change({ others: event.currentTarget.checked ? undefined : "0" })} />}
      </Group>
      {points.length < 2 ? (
        <Text size="sm" c="dimmed">{t("usage.soon")}</Text>
      ) : (
        <Suspense fallback={<Loading />}>
          <SimpleGrid cols={{ base: 1, lg: 2 }}>
            {(["bytes", "objects"] as const).map((what) => (
              <div key={what}>
                <Text size="sm" fw={600}>{t(what === "bytes" ? "field.size" : "buckets.objects")}</Text>
                <UsageLines points={points} chosen={chosen} others={withOthers ? t("usage.others") : undefined} what={what} label={t(what === "bytes" ? "field.size" : "buckets.objects")} />
              </div>
            ))}
          </SimpleGrid>
        </Suspense>
      )}
      <Text size="xs" c="dimmed" mt={4}>{t("usage.hint")}</Text>
    </>
  );
}
