// What a cron expression says, in words.
import cronstrue from "cronstrue";
import "cronstrue/locales/zh_CN";
import type { Language } from "@/i18n";

const NAMED: Record<string, string> = {
  "@yearly": "0 0 0 1 1 *",
  "@annually": "0 0 0 1 1 *",
  "@monthly": "0 0 0 1 * *",
  "@weekly": "0 0 0 * * 0",
  "@daily": "0 0 0 * * *",
  "@midnight": "0 0 0 * * *",
  "@hourly": "0 0 * * * *",
};

const UNITS: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** The milliseconds of "@every 1h30m"; null for anything else. */
export function everyOf(cron: string): number | null {
  const duration = /^@every\s+((?:\d+(?:\.\d+)?(?:ms|[hms]))+)$/.exec(cron.trim())?.[1];
  if (!duration) return null;
  const parts = [...duration.matchAll(/(\d+(?:\.\d+)?)(ms|[hms])/g)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? ""] ?? 0), 0);
}

/** Null where it cannot be read. As the server takes them: seconds first, and the day of the week may be left out. */
export function cronInWords(cron: string, language: Language): string | null {
  const text = cron.trim().toLowerCase();
  const fields = (NAMED[text] ?? text).split(/\s+/).map((field) => field.replaceAll("?", "*"));
  if (fields.length === 5) fields.push("*");
  if (fields.length !== 6) return null;
  try {
    return cronstrue.toString(fields.join(" "), { locale: language === "zh" ? "zh_CN" : "en", use24HourTimeFormat: true });
  } catch {
    return null;
  }
}
