import { Code, SimpleGrid, Stack, Table, Title } from "@mantine/core";
import { IconChartLine } from "@tabler/icons-react";
import { lazy, Suspense } from "react";
import type { Artifact, Json } from "@/api/types";
import { formatNumber } from "@/format/size";
import { useLanguage, useT } from "@/i18n";
import { EmptyState, Loading } from "@/ui/states";
import { ConfusionTable } from "./ConfusionTable";
import { confusionMatrix, rocCurve, scalarMetrics } from "./metrics";

const RocChart = lazy(() => import("./RocChart"));

export function MetricValue({ value }: { value: Json }) {
  const { language } = useLanguage();
  if (typeof value === "number") return <span title={String(value)} style={{ fontVariantNumeric: "tabular-nums" }}>{formatNumber(value, language)}</span>;
  return typeof value === "object" ? <Code>{JSON.stringify(value)}</Code> : <>{String(value)}</>;
}

export function hasMetrics(artifact: Artifact): boolean {
  return scalarMetrics(artifact).length > 0 || rocCurve(artifact).length > 0 || confusionMatrix(artifact) !== undefined;
}

/** Metrics, curve and matrix of one artifact; nothing where it has none. */
export function MetricsOf({ artifact }: { artifact: Artifact }) {
  const t = useT();
  const scalars = scalarMetrics(artifact);
  const curve = rocCurve(artifact);
  const matrix = confusionMatrix(artifact);
  return (
    <Stack>
      {scalars.length > 0 && (
        <Table aria-label={t("runs.metrics")} maw={480}>
          <Table.Tbody>
            {scalars.map((metric) => (
              <Table.Tr key={metric.name}>
                <Table.Th scope="row">{metric.name}</Table.Th>
                <Table.Td><MetricValue value={metric.value} /></Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        {curve.length > 0 && (
          <section>
            <Title order={3} size="h6">{t("artifacts.roc")}</Title>
            <Suspense fallback={<Loading />}><RocChart curves={[{ name: artifact.name ?? "", points: curve }]} /></Suspense>
          </section>
        )}
        {matrix && (
          <section>
            <Title order={3} size="h6" mb="xs">{t("artifacts.confusion")}</Title>
            <ConfusionTable matrix={matrix} />
          </section>
        )}
      </SimpleGrid>
    </Stack>
  );
}

/** What belongs where a run has none. */
export function NoMetrics() {
  const t = useT();
  return <EmptyState icon={<IconChartLine size={40} stroke={1.3} />} title={t("metrics.none")}>{t("metrics.noneText")}</EmptyState>;
}
