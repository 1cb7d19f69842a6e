import { Text } from "@mantine/core";
import { lazy, Suspense } from "react";
import type { Trigger } from "@/api/types";
import { formatDuration } from "@/format/time";
import { useLanguage } from "@/i18n";

export const CronWords = lazy(() => import("./CronWords"));

/** When it comes: in words, and of an expression also as it was written. */
export function TriggerText({ trigger }: { trigger?: Trigger }) {
  const { t, language } = useLanguage();
  const seconds = trigger?.periodic_schedule?.interval_second;
  if (seconds) return <>{t("recurring.every", { duration: formatDuration(Number(seconds) * 1000, language) })}</>;
  const cron = trigger?.cron_schedule?.cron;
  if (!cron) return null;
  return (
    <>
      <Text component="div" size="sm"><Suspense><CronWords cron={cron} /></Suspense></Text>
      <Text component="div" size="xs" c="dimmed">{t("recurring.cron", { cron })}</Text>
    </>
  );
}
