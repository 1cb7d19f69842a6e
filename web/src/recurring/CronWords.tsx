import { formatDuration } from "@/format/time";
import { useLanguage } from "@/i18n";
import { cronInWords, everyOf } from "./cron";

/** What the expression says; nothing where it says nothing that can be read. */
export default function CronWords({ cron }: { cron: string }) {
  const { t, language } = useLanguage();
  const every = everyOf(cron);
  if (every) return <>{t("recurring.every", { duration: formatDuration(every, language) })}</>;
  return <>{cronInWords(cron, language)}</>;
}
