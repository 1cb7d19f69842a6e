import { expect, it } from "vitest";
import { cronInWords, everyOf } from "./cron";

it.each([
  ["0 30 8 * * 1-5", "At 08:30, Monday through Friday", "在08:30, 星期一至星期五"],
  ["0 30 2 * *", "At 02:30", "在02:30"], // five fields: the day of the week is left out, not the seconds
  ["*/15 * * * * ?", "Every 15 seconds", "每隔 15 秒"],
  ["0 0 9 ? * SUN", "At 09:00, only on Sunday", "在09:00, 仅星期日"],
  ["@daily", "At 00:00", "在00:00"],
])("says what %s means", (cron, english, chinese) => {
  expect(cronInWords(cron, "en")).toBe(english);
  expect(cronInWords(cron, "zh")).toBe(chinese);
});

it.each(["", "* * *", "0 99 8 * * *", "nonsense", "@every 1h"])("says nothing of %j", (cron) => {
  expect(cronInWords(cron, "en")).toBeNull();
});

it.each([
  ["@every 1h30m", 5_400_000],
  ["@every 90s", 90_000],
  ["@every 1.5h", 5_400_000],
  ["@every 250ms", 250],
  ["@every", null],
  ["@every 5 minutes", null],
  ["@daily", null],
])("reads the interval of %j", (cron, milliseconds) => {
  expect(everyOf(cron)).toBe(milliseconds);
});
