import { Text, Tooltip } from "@mantine/core";
import { useSyncExternalStore } from "react";
import { countedFrom, elapsed, formatDuration, formatExact, formatRelative, parseTime } from "@/format/time";
import { type Language, useLanguage } from "@/i18n";

// One clock for all that shows the time passing, so that a list of hundreds has one timer.
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

const standStill = () => () => {};

/** The time, to the second; it stands still where `running` is false. */
export function useNow(running = true): Date {
  return new Date(useSyncExternalStore(running ? subscribe : standStill, () => now));
}

// Written when it is looked at: the browser's dates take long for the first.
function Exact({ time, language }: { time: Date; language: Language }) {
  return formatExact(time, language);
}

/** "3 minutes ago", with the exact time on hover; or the other way round, where one wants to know when exactly. */
export function TimeText({ time, exact: asked = false }: { time?: string; exact?: boolean }) {
  const { language, t } = useLanguage();
  const parsed = parseTime(time);
  const current = useNow(parsed !== null);
  if (!parsed) return <Text span inherit c="dimmed">{t("time.never")}</Text>;
  const exact = <Exact time={parsed} language={language} />;
  const relative = formatRelative(parsed, countedFrom(parsed, current), language);
  return (
    <Tooltip label={asked ? relative : exact}>
      <time dateTime={parsed.toISOString()} style={{ whiteSpace: asked ? undefined : "nowrap" }}>{asked ? exact : relative}</time>
    </Tooltip>
  );
}

/** How long something took, or has taken until now. */
export function DurationText({ start, end, running }: { start?: string; end?: string; running: boolean }) {
  const { language, t } = useLanguage();
  const current = useNow(running);
  const from = parseTime(start);
  const to = parseTime(end);
  const lasted = running || to ? elapsed(from, to, current) : null;
  return <span style={{ whiteSpace: "nowrap" }}>{lasted === null ? t("time.never") : formatDuration(lasted, language)}</span>;
}
