import type { Trigger } from "@/api/types";
import type { MessageKey } from "@/i18n/messages";

/** A schedule as it is typed in. */
export interface ScheduleForm {
  kind: "periodic" | "cron";
  count: string;
  unit: "minutes" | "hours" | "days";
  cron: string;
  start: string; // as of <input type="datetime-local">, in the browser's zone
  end: string;
  concurrency: string;
  catchup: boolean;
}

export const emptySchedule: ScheduleForm = {
  kind: "periodic",
  count: "1",
  unit: "hours",
  cron: "0 0 8 * * *",
  start: "",
  end: "",
  concurrency: "1",
  catchup: true,
};

const SECONDS = { minutes: 60, hours: 3600, days: 86_400 };

export type ScheduleProblems = Partial<Record<keyof ScheduleForm, MessageKey>>;

/** What can be seen to be wrong; the server has the last word on expressions. */
export function problemsOf(form: ScheduleForm): ScheduleProblems {
  const problems: ScheduleProblems = {};
  if (form.kind === "periodic" && !/^[1-9]\d{0,5}$/.test(form.count.trim())) problems.count = "recurring.wrongInterval";
  if (form.kind === "cron") {
    const fields = form.cron.trim().split(/\s+/).length;
    const word = form.cron.trim().startsWith("@");
    if (!word && fields !== 5 && fields !== 6) problems.cron = "recurring.wrongCron";
  }
  if (!/^([1-9]|10)$/.test(form.concurrency.trim())) problems.concurrency = "recurring.wrongInterval";
  return problems;
}

export function triggerOf(form: ScheduleForm): { trigger: Trigger; max_concurrency: string; no_catchup: boolean } {
  const time = (text: string) => (text ? new Date(text).toISOString() : undefined);
  const window = { start_time: time(form.start), end_time: time(form.end) };
  const trigger: Trigger =
    form.kind === "cron"
      ? { cron_schedule: { cron: form.cron.trim(), ...window } }
      : { periodic_schedule: { interval_second: String(Number(form.count) * SECONDS[form.unit]), ...window } };
  return { trigger, max_concurrency: form.concurrency.trim(), no_catchup: !form.catchup };
}
