import { Alert, Stack, Text } from "@mantine/core";
import { lazy, Suspense } from "react";
import type { Task } from "@/api/types";
import { formatBytes, formatCount } from "@/format/size";
import { formatDuration } from "@/format/time";
import { useLanguage } from "@/i18n";
import { Facts } from "@/ui/Facts";
import { Loading } from "@/ui/states";
import { profileOf } from "./profile";

const ResourceCharts = lazy(() => import("./ResourceCharts"));

/** What the task took of the machine, and what it was allowed. */
export function Resources({ task }: { task: Task }) {
  const { t, language } = useLanguage();
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
