import { Paper, SimpleGrid, Stack, Switch, Table, Text, Title } from "@mantine/core";
import { IconGitCompare } from "@tabler/icons-react";
import { useQueries } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { pipelinesApi } from "@/api/pipelines";
import { isFinished, runsApi } from "@/api/runs";
import type { Artifact, Json, JsonObject, Run } from "@/api/types";
import { useSearchParams } from "@/app/navigation";
import { paths } from "@/app/paths";
import { ConfusionTable } from "@/artifacts/ConfusionTable";
import { MetricValue } from "@/artifacts/MetricsOf";
import { confusionMatrix, rocCurve, scalarMetrics } from "@/artifacts/metrics";
import { useT } from "@/i18n";
import { givenParameters } from "@/runs/givenParameters";
import { JsonValue } from "@/ui/JsonValue";
import { Link } from "@/ui/Link";
import { PageHeader } from "@/ui/PageHeader";
import { StateBadge } from "@/ui/StateBadge";
import { EmptyState, ErrorState, Loading } from "@/ui/states";
import { DurationText, TimeText } from "@/ui/times";
import { type CompareRow, compareRows } from "./table";

const RocChart = lazy(() => import("@/artifacts/RocChart"));
const RunsChanges = lazy(() => import("./RunsChanges"));
const MOST_RUNS = 10;

interface Column {
  run: Run;
  artifacts: Artifact[];
  stored?: JsonObject;
}

export default function ComparePage() {
  const t = useT();
  const [search] = useSearchParams();
  const ids = (search.runlist ?? "").split(",").filter(Boolean).slice(0, MOST_RUNS);
  const queries = useQueries({
    queries: ids.map((id) => ({
      queryKey: ["runs", id, "compare"],
      queryFn: async (): Promise<Column> => {
        const [run, artifacts] = await Promise.all([runsApi.get(id), runsApi.artifacts(id)]);
        const reference = run.pipeline_version_reference;
        // A pipeline that is gone takes its defaults along; what was given is still there.
        const stored = run.pipeline_spec ?? (await pipelinesApi.version(reference?.pipeline_id ?? "", reference?.pipeline_version_id ?? "").catch(() => undefined))?.pipeline_spec;
        return { run, artifacts, stored };
      },
    })),
  });
  const failed = queries.find((query) => query.error);
  const columns = queries.flatMap((query) => (query.data ? [query.data] : []));
  return (
    <>
      <PageHeader title={t("compare.title")} crumbs={[{ label: t("runs.title"), to: paths.runs }]} />
      {ids.length === 0 ? (
        <EmptyState icon={<IconGitCompare size={40} stroke={1.3} />} title={t("compare.title")}>{t("compare.choose")}</EmptyState>
      ) : failed ? (
        <ErrorState error={failed.error} />
      ) : columns.length < ids.length ? (
        <Loading />
      ) : (
        <Comparison columns={columns} />
      )}
    </>
  );
}

function Comparison({ columns }: { columns: Column[] }) {
  const t = useT();
  const [onlyDifferent, setOnlyDifferent] = useState(false);
  const parameters = compareRows(columns.map(({ run, stored }) => givenParameters(run, stored).map(({ name, value }): [string, Json] => [name, value])));
  const metrics = compareRows(
    columns.map(({ artifacts }) =>
      artifacts.flatMap((artifact) => scalarMetrics(artifact).map(({ name, value }): [string, Json] => [`${artifact.name}: ${name}`, value])),
    ),
  );
  const shown = { columns, onlyDifferent };
  return (
    <Stack>
      <Switch label={t("compare.onlyDifferent")} checked={onlyDifferent} onChange={(event) => setOnlyDifferent(event.currentTarget.checked)} />
      <Overview columns={columns} />
      <Section title={t("compare.parameters")} empty={t("compare.noParameters")} rows={parameters} render={(value) => <JsonValue value={value} />} {...shown} />
      <Section title={t("compare.metrics")} empty={t("compare.noMetrics")} rows={metrics} render={(value) => (value === undefined ? "—" : <MetricValue value={value} />)} {...shown} />
      <Curves columns={columns} />
      <Matrices columns={columns} />
      {columns.length > 1 && <Suspense fallback={<Loading />}><RunsChanges runs={columns.map(({ run }) => run)} /></Suspense>}
    </Stack>
  );
}

// As wide as names need, and as a telephone has room for.
const NAMES = "clamp(96px, 22%, 220px)";
const minWidth = (columns: Column[]) => 96 + 128 * columns.length;

/** A column a run, below its name. */
function RunsTable({ label, columns, children }: { label: string; columns: Column[]; children: React.ReactNode }) {
  const t = useT();
  return (
    <Table.ScrollContainer minWidth={minWidth(columns)} tabIndex={0} role="region" aria-label={label}>
      <Table aria-label={label} layout="fixed" horizontalSpacing={8}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={NAMES}>{t("field.name")}</Table.Th>
            {columns.map(({ run }) => <Table.Th key={run.run_id} style={{ overflowWrap: "anywhere" }}><Link to={paths.run(run.run_id)}>{run.display_name}</Link></Table.Th>)}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

/** The runs themselves: how they ended, when they began and how long they took. */
function Overview({ columns }: { columns: Column[] }) {
  const t = useT();
  const rows: [string, (run: Run) => React.ReactNode][] = [
    [t("field.state"), (run) => <StateBadge state={run.state} />],
    [t("runs.started"), (run) => <TimeText time={run.created_at} />],
    [t("runs.duration"), (run) => <DurationText start={run.created_at} end={run.finished_at} running={!isFinished(run)} />],
  ];
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h5" mb="xs">{t("compare.runs")}</Title>
      <RunsTable label={t("compare.runs")} columns={columns}>
        {rows.map(([name, render]) => (
          <Table.Tr key={name}>
            <Table.Th scope="row">{name}</Table.Th>
            {columns.map(({ run }) => <Table.Td key={run.run_id}>{render(run)}</Table.Td>)}
          </Table.Tr>
        ))}
      </RunsTable>
    </Paper>
  );
}

interface SectionProps {
  title: string;
  empty: string;
  rows: CompareRow[];
  columns: Column[];
  onlyDifferent: boolean;
  render: (value: Json | undefined) => React.ReactNode;
}

function Section({ title, empty, rows, columns, onlyDifferent, render }: SectionProps) {
  const t = useT();
  const shown = onlyDifferent ? rows.filter((row) => row.differs) : rows;
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h5" mb="xs">{title}</Title>
      {shown.length === 0 ? <Text c="dimmed" size="sm">{rows.length ? t("compare.allSame") : empty}</Text> : (
        <RunsTable label={title} columns={columns}>
          {shown.map((row) => (
            <Table.Tr key={row.name}>
              <Table.Th scope="row" style={{ overflowWrap: "anywhere" }}>{row.name}</Table.Th>
              {row.values.map((value, index) => (
                <Table.Td key={columns[index]?.run.run_id ?? index} fw={row.differs ? 600 : undefined}>{render(value)}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </RunsTable>
      )}
    </Paper>
  );
}

function Curves({ columns }: { columns: Column[] }) {
  const t = useT();
  const curves = columns.flatMap(({ run, artifacts }) =>
    artifacts.flatMap((artifact) => {
      const points = rocCurve(artifact);
      return points.length ? [{ name: `${run.display_name} · ${artifact.name}`, points }] : [];
    }),
  );
  if (curves.length === 0) return null;
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h5" mb="xs">{t("compare.roc")}</Title>
      <Suspense fallback={<Loading />}><RocChart curves={curves} height={380} /></Suspense>
    </Paper>
  );
}

function Matrices({ columns }: { columns: Column[] }) {
  const t = useT();
  const matrices = columns.flatMap(({ run, artifacts }) =>
    artifacts.flatMap((artifact) => {
      const matrix = confusionMatrix(artifact);
      return matrix ? [{ key: `${run.run_id} ${artifact.artifact_id}`, name: `${run.display_name} · ${artifact.name}`, matrix }] : [];
    }),
  );
  if (matrices.length === 0) return null;
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h5" mb="xs">{t("compare.confusion")}</Title>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        {matrices.map((one) => (
          <div key={one.key}>
            <Text fw={600} size="sm">{one.name}</Text>
            <ConfusionTable matrix={one.matrix} />
          </div>
        ))}
      </SimpleGrid>
    </Paper>
  );
}
