import { Code, Stack, Table, Text, Title } from "@mantine/core";
import type { Task } from "@/api/types";
import { paths } from "@/app/paths";
import { formatDuration } from "@/format/time";
import { useLanguage, useT } from "@/i18n";
import type { MessageKey } from "@/i18n/messages";
import { CopyText } from "@/ui/CopyText";
import { Facts } from "@/ui/Facts";
import { Link } from "@/ui/Link";
import { StateBadge } from "@/ui/StateBadge";
import { DurationText, TimeText } from "@/ui/times";
import { type Attempt, attemptsOf } from "./attempts";

// Where the time of an attempt went, in the order in which it goes.
const TIMES: [string, MessageKey][] = [
  ["queue_ms", "tasks.queueTime"],
  ["environment_ms", "tasks.environmentTime"],
  ["start_ms", "tasks.startTime"],
  ["run_ms", "tasks.runTime"],
  ["publish_ms", "tasks.publishTime"],
];

/** What happened to the task, and when. */
export function Events({ task }: { task: Task }) {
  const { t, language } = useLanguage();
  const attempts = attemptsOf(task);
  return (
    <Stack>
      <Facts
        rows={[
          [t("runs.started"), <TimeText key="s" exact time={task.start_time} />],
          [t("runs.finished"), <TimeText key="f" exact time={task.end_time} />],
          [t("tasks.exitCode"), task.exit_code !== undefined ? <Code>{task.exit_code}</Code> : undefined],
          [t("runs.duration"), <DurationText key="d" start={task.start_time} end={task.end_time} running={task.state === "RUNNING"} />],
          ...TIMES.map(([key, name]): [string, React.ReactNode] => [t(name), typeof task.details?.[key] === "number" && formatDuration(task.details[key], language)]),
          [t("tasks.cachedTask"), task.cached_from_task_id && <CachedFrom task={task} />],
          [t("cache.fingerprint"), task.cache_fingerprint && <CopyText value={task.cache_fingerprint} />],
          [t("field.id"), <CopyText key="i" value={task.task_id} />],
        ]}
      />
      {attempts.length > 1 && <Attempts attempts={attempts} />}
      <Title order={3} size="h6">{t("tasks.events")}</Title>
      <Table aria-label={t("tasks.events")}>
        <Table.Tbody>
          {(task.state_history ?? []).map((change, index) => (
            <Table.Tr key={index}>
              <Table.Td w={130}><StateBadge state={change.state} /></Table.Td>
              <Table.Td><TimeText exact time={change.update_time} /></Table.Td>
              <Table.Td style={{ overflowWrap: "anywhere" }}>{change.error?.message}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}

function CachedFrom({ task }: { task: Task }) {
  const t = useT();
  const from = task.cached_from_task_id ?? "";
  return task.cached_from_run_id ? <Link to={paths.task(task.cached_from_run_id, from)}>{t("cache.taskOfRun", { id: task.cached_from_run_id.slice(0, 8) })}</Link> : <CopyText value={from} />;
}

function Attempts({ attempts }: { attempts: Attempt[] }) {
  const t = useT();
  return (
    <section>
      <Title order={3} size="h6" mb={4}>{t("tasks.attempts")}</Title>
      <Table aria-label={t("tasks.attempts")}>
        <Table.Tbody>
          {attempts.map((one) => (
            <Table.Tr key={one.number}>
              <Table.Td w={130}>{t("tasks.attemptNumber", { number: one.number + 1 })}</Table.Td>
              <Table.Td style={{ overflowWrap: "anywhere" }}>
                {one.error ?? (one.exitCode === undefined ? "" : `${t("tasks.exitCode")} ${one.exitCode}`)}
                {one.infrastructure && <Text size="xs" c="dimmed">{t("tasks.infrastructure")}</Text>}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}
