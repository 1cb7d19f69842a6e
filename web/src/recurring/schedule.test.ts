import { expect, it } from "vitest";
import { emptySchedule, problemsOf, triggerOf } from "./schedule";

it("counts an interval in seconds", () => {
  expect(triggerOf({ ...emptySchedule, count: "2", unit: "days", catchup: false })).toEqual({
    trigger: { periodic_schedule: { interval_second: "172800", start_time: undefined, end_time: undefined } },
    max_concurrency: "1",
    no_catchup: true,
  });
});

it("passes expressions on as they are, with times in UTC", () => {
  const { trigger } = triggerOf({ ...emptySchedule, kind: "cron", cron: " @daily ", start: "2026-11-25T08:00" });
  expect(trigger.cron_schedule?.cron).toBe("@daily");
  expect(trigger.cron_schedule?.start_time).toBe(new Date("2026-11-25T08:00").toISOString());
});

it.each([
  [{ count: "0" }, { count: "recurring.wrongInterval" }],
  [{ count: "1.5" }, { count: "recurring.wrongInterval" }],
  [{ kind: "cron" as const, cron: "* * *" }, { cron: "recurring.wrongCron" }],
  [{ kind: "cron" as const, cron: "@every 1h" }, {}],
  [{ concurrency: "11" }, { concurrency: "recurring.wrongInterval" }],
])("finds what is wrong with %j", (change, problems) => {
  expect(problemsOf({ ...emptySchedule, ...change })).toEqual(problems);
});
