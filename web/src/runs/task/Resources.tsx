import { Alert, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { tasksApi } from "@/api/runs";
import type { Task } from "@/api/types";
import { formatBytes, formatCount } from "@/format/size";
import { formatDuration } from "@/format/time";
import { useLanguage } from "@/i18n";
import { Facts } from "@/ui/Facts";
import { Loading } from "@/ui/states";
import { profileOf } from "./profile";

const ResourceCharts = lazy(() => import("./ResourceCharts"));

const WHILE_RUNNING = 2000;

/** What it uses while it runs is not among the events of its run: it is asked for. */
function useLiveTask(task: Task): Task {
  const running = task.state === "RUNNING";
  const query = useQuery({ queryKey: ["tasks", task.task_id, "live"], queryFn: () => tasksApi.get(task.task_id), enabled: running, refetchInterval: WHILE_RUNNING });
  return running ? (query.data ?? task) : task;
}

/** What the task took of the machine, and what it was allowed; while it runs, so far. */
export function Resources({ task: given }: { task: Task }) {
  const { t, language } = useLanguage();
  const task = useLiveTask(given);
  const profile = profileOf(task);
  if (!profile) {
    const running = task.state === "RUNNING" || task.state === "PENDING";
    return <Text size="sm" c="dimmed">{t(running ? "resources.later" : task.cached ? "resources.cached" : "resources.none")}</Text>;
  }
  const bytes = (value: number | undefined) => value !== undefined && formatBytes(value, language);
  const killed = typeof task.details?.killed_by === "string" ? task.details.killed_by : "";
  return (
    <Stack gap="sm">
      {killed && <Alert color="red" variant="outline" py="xs">{t("resources.killedBy", { limit: killed })}</Alert>}
      <Facts
        rows={[
          [t("resources.cpuTime"), profile.cpuSeconds !== undefined && formatDuration(profile.cpuSeconds * 1000, language)],
          [t("resources.peakMemory"), bytes(profile.peakMemory)],
          [t("resources.read"), bytes(profile.readBytes)],
          [t("resources.written"), bytes(profile.writtenBytes)],
          [t("resources.memoryLimit"), bytes(profile.memoryLimit)],
          [t("resources.cpuLimit"), profile.cpuLimit !== undefined && String(profile.cpuLimit)],
          [t("resources.processLimit"), profile.processLimit !== undefined && formatCount(profile.processLimit, language)],
          [t("resources.diskLimit"), bytes(profile.diskLimit)],
        ]}
      />
      {profile.notEnforced.length > 0 && <Text size="sm" c="dimmed">{t("resources.notEnforced", { names: profile.notEnforced.join(", ") })}</Text>}
      {profile.points.length === 0 ? <Text size="sm" c="dimmed">{t("resources.tooShort")}</Text> : <Suspense fallback={<Loading />}><ResourceCharts profile={profile} /></Suspense>}
    </Stack>
  );
}
