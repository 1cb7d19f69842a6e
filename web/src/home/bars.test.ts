import { describe, expect, it } from "vitest";
import type { Run } from "@/api/types";
import { barsOf } from "./bars";

const run = (id: string, start: string, end?: string): Run => ({ run_id: id, created_at: start, finished_at: end, state: end ? "SUCCEEDED" : "RUNNING" }) as Run;

describe("barsOf", () => {
  const now = new Date("2026-01-01T00:01:40Z");

  it("puts the oldest first and measures by the longest", () => {
    const bars = barsOf([run("late", "2026-01-01T00:00:00Z"), run("early", "2026-01-01T00:00:00Z", "2026-01-01T00:00:25Z")], now);
    expect(bars.map((bar) => bar.run.run_id)).toEqual(["early", "late"]);
    expect(bars.map((bar) => bar.milliseconds)).toEqual([25_000, 100_000]);
    expect(bars.map((bar) => bar.share)).toEqual([0.5, 1]);
  });

  it("has no bar that is not a number where none took any time", () => {
    expect(barsOf([run("one", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z")], now)[0]?.share).toBe(0);
    expect(barsOf([], now)).toEqual([]);
  });
});
