import { Button, Code, Group, Paper, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconBucket, IconPlayerPlay, IconUpload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useServerConfig } from "@/api/config";
import { pollEvery } from "@/api/live";
import { isFinished, runsApi } from "@/api/runs";
import type { Run } from "@/api/types";
import { useGo } from "@/app/navigation";
import { href, paths } from "@/app/paths";
import { formatCount } from "@/format/size";
import { useLanguage, useT } from "@/i18n";
import { useRunEvents } from "@/runs/useRunEvents";
import { Needs } from "@/session/Needs";
import { CopyIcon, CopyText } from "@/ui/CopyText";
import { Link } from "@/ui/Link";
import { PageHeader } from "@/ui/PageHeader";
import { StateBadge } from "@/ui/StateBadge";
import { Loaded } from "@/ui/states";
import { TimeText } from "@/ui/times";
import { useChange } from "@/ui/useChange";
import { RunBars } from "./RunBars";
import { sampleSpec } from "./sample";

// As many as bars have room for; the list names the first of them.
const BARS = 30;
const NAMED = 8;
const ENOUGH = 5; // bars of fewer tell nothing

function useRecentRuns() {
  return useQuery({
    queryKey: ["runs", "recent"],
    queryFn: () => runsApi.list({ pageSize: BARS, sortBy: "created_at desc" }),
    refetchInterval: ({ state }) => pollEvery(state.data?.runs?.some((run) => !isFinished(run)) ? 2000 : 15_000),
  });
}

export default function HomePage() {
  const t = useT();
  const runs = useRecentRuns();
  useRunEvents();
  return (
    <Loaded query={runs}>
      {(page) => {
        const recent = page.runs ?? [];
        const first = recent.length === 0;
        return (
          <>
            <PageHeader title={t(first ? "home.title" : "home.overview")}>{first && <Text c="dimmed">{t("home.lead")}</Text>}</PageHeader>
            <Stack>
              {!first && <Numbers total={page.total_size ?? recent.length} />}
              <SimpleGrid cols={{ base: 1, lg: 2 }} style={{ alignItems: "start" }}>
                {first ? <FirstRun /> : <Recent runs={recent} />}
                <Stack>
                  <StorePanel />
                  {!first && <AnotherRun />}
                </Stack>
              </SimpleGrid>
            </Stack>
          </>
        );
      }}
    </Loaded>
  );
}

function useCount(key: string, predicates: () => Parameters<typeof runsApi.list>[0]["predicates"]) {
  return useQuery({
    queryKey: ["runs", "count", key],
    queryFn: async () => (await runsApi.list({ pageSize: 1, predicates: predicates() })).total_size ?? 0,
    refetchInterval: 10_000,
  });
}

function Numbers({ total }: { total: number }) {
  const t = useT();
  const running = useCount("running", () => [{ operation: "EQUALS", key: "state", string_value: "RUNNING" }]);
  const failed = useCount("failed", () => [
    { operation: "EQUALS", key: "state", string_value: "FAILED" },
    { operation: "GREATER_THAN_EQUALS", key: "created_at", timestamp_value: new Date(Date.now() - 86_400_000).toISOString() },
  ]);
  return (
    <SimpleGrid cols={3} spacing={{ base: "xs", sm: "md" }}>
      <Figure label={t("home.running")} value={running.data} to={`${paths.runs}?state=RUNNING`} />
      <Figure label={t("home.failed")} value={failed.data} to={`${paths.runs}?state=FAILED`} />
      <Figure label={t("home.allRuns")} value={total} to={paths.runs} />
    </SimpleGrid>
  );
}

function Figure({ label, value, to }: { label: string; value?: number; to: string }) {
  const { language } = useLanguage();
  return (
    <Paper withBorder p={{ base: "xs", sm: "md" }} component="a" href={href(to)} style={{ color: "inherit", textDecoration: "none" }}>
      <Text size="sm" c="dimmed">{label}</Text>
      <Text fz={28} fw={650} style={{ fontVariantNumeric: "tabular-nums" }}>{value === undefined ? "…" : formatCount(value, language)}</Text>
    </Paper>
  );
}

function Recent({ runs }: { runs: Run[] }) {
  const t = useT();
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h4" mb="sm">{t("home.recent")}</Title>
      <Stack gap={8}>
        {runs.length >= ENOUGH && <RunBars runs={runs} />}
        {runs.slice(0, NAMED).map((run) => (
          <Group key={run.run_id} justify="space-between" wrap="nowrap" gap="sm">
            <Link to={paths.run(run.run_id)} truncate>{run.display_name || run.run_id}</Link>
            <Group gap="sm" wrap="nowrap" fz="sm" c="dimmed">
              <StateBadge state={run.state} />
              <Text span inherit visibleFrom="xs"><TimeText time={run.created_at} /></Text>
            </Group>
          </Group>
        ))}
      </Stack>
    </Paper>
  );
}

function pythonExample(host: string): string {
  return `from kfp import Client, dsl

@dsl.component
def hello(name: str) -> str:
    return f"Hello, {name}"

@dsl.pipeline(name="greeting")
def greeting(name: str = "world") -> str:
    return hello(name=name).output

client = Client(host="${host}")
client.create_run_from_pipeline_func(greeting)
`;
}

function Step({ title, code, children }: { title: string; code?: string; children?: React.ReactNode }) {
  return (
    <div>
      <Group justify="space-between">
        <Text fw={600} size="sm">{title}</Text>
        {code && <CopyIcon value={code} />}
      </Group>
      {code && <Code block tabIndex={0}>{code}</Code>}
      {children}
    </div>
  );
}

/** How to start one, for whoever has runs already: folded up. */
function AnotherRun() {
  const t = useT();
  const [opened, { toggle }] = useDisclosure(false);
  if (opened) return <FirstRun />;
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h4" mb="sm">{t("home.another")}</Title>
      <Group gap="xs">
        <Needs right="Run"><Button component="a" variant="default" href={href(paths.newRun())} leftSection={<IconPlayerPlay size={16} />}>{t("runs.create")}</Button></Needs>
        <Needs right="WritePipelines"><Button component="a" variant="default" href={href(paths.newVersion())} leftSection={<IconUpload size={16} />}>{t("pipelines.upload")}</Button></Needs>
        <Button variant="subtle" aria-expanded={false} onClick={toggle}>{t("home.withSdk")}</Button>
      </Group>
    </Paper>
  );
}

function FirstRun() {
  const t = useT();
  const go = useGo();
  const sample = useChange(
    () => runsApi.create({ display_name: "first-look", pipeline_spec: sampleSpec("python:3.11"), runtime_config: {} }),
    { refresh: [["runs"]], onDone: (run) => go(paths.run(run.run_id)) },
  );
  const host = window.location.origin + window.location.pathname.replace(/\/$/, "");
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h4" mb="xs">{t("home.first")}</Title>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">{t("home.noPython")}</Text>
        <Group>
          <Needs right="Run"><Button leftSection={<IconPlayerPlay size={16} />} loading={sample.isPending} onClick={() => sample.mutate(undefined)}>{t("home.sample")}</Button></Needs>
        </Group>
        <Title order={3} size="h5" mt="xs">{t("home.ownRun")}</Title>
        <Step title={`1. ${t("home.step1")}`} code="pip install kfp" />
        <Step title={`2. ${t("home.step2")}`} code={pythonExample(host)} />
        <Step title={`3. ${t("home.step3")}`}><Text size="sm" c="dimmed">{t("home.step3Text")}</Text></Step>
      </Stack>
    </Paper>
  );
}

function StorePanel() {
  const t = useT();
  const config = useServerConfig();
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h4" mb="sm">{t("home.s3")}</Title>
      <Stack gap="sm" align="flex-start">
        {config.data && <CopyText value={config.data.s3_url} />}
        <Text size="sm" c="dimmed">{t("home.s3Text")}</Text>
        <Button component="a" variant="default" href={href(paths.buckets)} leftSection={<IconBucket size={16} />}>{t("home.openStore")}</Button>
      </Stack>
    </Paper>
  );
}
