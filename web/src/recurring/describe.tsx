import type { Trigger } from "@/api/types";
import { formatDuration } from "@/format/time";
import { useLanguage } from "@/i18n";

export function TriggerText({ trigger }: { trigger?: Trigger }) {
  const { t, language } = useLanguage();
  const seconds = trigger?.periodic_schedule?.interval_second;
  if (seconds) return <>{t("recurring.every", { duration: formatDuration(Number(seconds) * 1000, language) })}</>;
  return trigger?.cron_schedule?.cron ? <>{t("recurring.cron", { cron: trigger.cron_schedule.cron })}</> : null;
}
