// Times and durations as people write them, in their language.

/** The API prints times that were never set as the epoch. */
export function parseTime(text: string | undefined | null): Date | null {
  if (!text) return null;
  const time = new Date(text);
  return Number.isNaN(time.getTime()) || time.getTime() <= 0 ? null : time;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "3 minutes ago", "yesterday"; older than a week: the date. */
export function formatRelative(time: Date, now: Date, language: string): string {
  const seconds = Math.round((time.getTime() - now.getTime()) / 1000);
  const distance = Math.abs(seconds);
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  if (distance < MINUTE) return relative.format(seconds, "second");
  if (distance < HOUR) return relative.format(Math.trunc(seconds / MINUTE), "minute");
  if (distance < DAY) return relative.format(Math.trunc(seconds / HOUR), "hour");
  if (distance < 7 * DAY) return relative.format(Math.trunc(seconds / DAY), "day");
  return new Intl.DateTimeFormat(language, { dateStyle: "medium" }).format(time);
}

/**
 * The moment to count from. Clocks of the server and the browser may differ a little: what is ahead by less than a
 * minute has just happened; what is further ahead is to come.
 */
export function countedFrom(time: Date, now: Date): Date {
  const ahead = time.getTime() - now.getTime();
  return ahead > 0 && ahead < MINUTE * 1000 ? time : now;
}

/** To the second, with the zone: what stands behind a relative time. */
export function formatExact(time: Date, language: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "long" }).format(time);
}

type Units = [string, string, string, string, string];

const UNITS: Record<string, Units> = {
  en: ["d", "h", "min", "s", "ms"],
  zh: ["天", "小时", "分", "秒", "毫秒"],
};

/** "40 ms", "4.2 s", "42 s", "3 min 5 s", "2 h 10 min", "3 d 4 h": two units at most. */
export function formatDuration(milliseconds: number, language: string): string {
  const units = UNITS[language] ?? (UNITS.en as Units);
  if (milliseconds < 1000) return `${Math.max(0, Math.round(milliseconds))} ${units[4]}`;
  const seconds = milliseconds / 1000;
  if (seconds < 10) return `${Math.round(seconds * 10) / 10} ${units[3]}`;
  let rest = Math.round(seconds);
  const parts: string[] = [];
  for (const [index, length] of [DAY, HOUR, MINUTE, 1].entries()) {
    const count = Math.trunc(rest / length);
    rest -= count * length;
    if (count > 0) parts.push(`${count} ${units[index]}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.join(" ");
}

/** How long something has lasted: until its end, or until now; null before its start. */
export function elapsed(start: Date | null, end: Date | null, now: Date): number | null {
  if (!start) return null;
  return (end ?? now).getTime() - start.getTime();
}
