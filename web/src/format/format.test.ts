import { describe, expect, it } from "vitest";
import { formatBytes, formatNumber } from "./size";
import { elapsed, formatDuration, formatRelative, parseTime } from "./time";

describe("parseTime", () => {
  it("takes the epoch for a time that was never set", () => {
    expect(parseTime("1970-01-01T00:00:00Z")).toBeNull();
    expect(parseTime("")).toBeNull();
    expect(parseTime("no time")).toBeNull();
    expect(parseTime("2026-11-25T21:00:00.5Z")?.getTime()).toBe(1795640400500);
  });
});

describe("formatDuration", () => {
  it.each([
    [0, "0 ms"],
    [420, "420 ms"],
    [4240, "4.2 s"],
    [42_000, "42 s"],
    [185_000, "3 min 5 s"],
    [3_600_000, "1 h"],
    [3_605_000, "1 h"],
    [7_800_000, "2 h 10 min"],
    [273_600_000, "3 d 4 h"],
    [-5, "0 ms"],
  ])("%d ms is %s", (milliseconds, text) => {
    expect(formatDuration(milliseconds, "en")).toBe(text);
  });
  it("speaks Chinese", () => expect(formatDuration(185_000, "zh")).toBe("3 分 5 秒"));
});

describe("formatRelative", () => {
  const now = new Date("2026-11-25T12:00:00Z");
  it.each([
    ["2026-11-25T11:59:30Z", "30 seconds ago"],
    ["2026-11-25T11:00:30Z", "59 minutes ago"],
    ["2026-11-24T12:00:00Z", "yesterday"],
    ["2026-01-05T12:00:00Z", "Jan 5, 2026"],
  ])("%s is %s", (time, text) => expect(formatRelative(new Date(time), now, "en")).toBe(text));
});

describe("elapsed", () => {
  it("goes on while there is no end", () => {
    const start = new Date(1000);
    expect(elapsed(start, null, new Date(4000))).toBe(3000);
    expect(elapsed(start, new Date(2000), new Date(4000))).toBe(1000);
    expect(elapsed(null, null, new Date(4000))).toBeNull();
  });
});

describe("sizes and numbers", () => {
  it.each([
    [0, "0 B"],
    [1023, "1,023 B"],
    [1536, "1.5 KiB"],
    [24_117_248, "23 MiB"],
    [1e18, "888 PiB"],
  ])("%d bytes are %s", (bytes, text) => expect(formatBytes(bytes)).toBe(text));
  it.each([
    [0.123456, "0.1235"],
    [0.00001234, "1.234e-5"],
    [12345.5, "12,345.5"],
    [Number.NaN, "NaN"],
  ])("%d is %s", (value, text) => expect(formatNumber(value)).toBe(text));
});
