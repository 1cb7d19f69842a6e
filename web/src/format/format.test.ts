import { describe, expect, it } from "vitest";
import { byteMarks, formatBytes, formatNumber } from "./size";
import { countedFrom, elapsed, formatDuration, formatRelative, parseTime } from "./time";

describe("parseTime", () => {
  it("takes the epoch for a time that was never set", () => {
    expect(parseTime("1970-01-01T00:00:00Z")).toBeNull();
    expect(parseTime("")).toBeNull();
    expect(parseTime("no time")).toBeNull();
    expect(parseTime("2026-11-25T21:00:00.5Z")?.getTime()).toBe(1795640400500);
  });
});

describe("byteMarks", () => {
  it.each([
    [0, ["0 B", "1 B"]],
    [900, ["0 B", "256 B", "512 B", "768 B", "1 KiB"]],
    [892 * 1024, ["0 B", "256 KiB", "512 KiB", "768 KiB", "1 MiB"]],
    [3.2 * 2 ** 30, ["0 B", "1 GiB", "2 GiB", "3 GiB", "4 GiB"]],
    [1.1 * 2 ** 20, ["0 B", "512 KiB", "1 MiB", "1.5 MiB"]],
  ])("are round up to %d", (most, marks) => {
    expect(byteMarks(most).map((mark) => formatBytes(mark))).toEqual(marks);
  });
});

describe("countedFrom", () => {
  const now = new Date("2026-11-25T12:00:00Z");
  const at = (time: string) => formatRelative(new Date(time), countedFrom(new Date(time), now), "en");
  it("takes clocks that differ a little for the same, and tells what is to come", () => {
    expect(at("2026-11-25T12:00:20Z")).toBe("now");
    expect(at("2026-11-25T14:00:00Z")).toBe("in 2 hours");
    expect(at("2031-01-01T00:00:00Z")).toBe("Jan 1, 2031");
    expect(at("2026-11-25T11:59:00Z")).toBe("1 minute ago");
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
