import { describe, expect, it } from "vitest";
import type { UsageSample } from "./client/admin";
import { usageBuckets, usagePoints } from "./usagePoints";

const sample = (at: string, bytes: number, photos?: number): UsageSample => ({
  at,
  buckets: 1,
  objects: bytes / 10,
  versions: 0,
  bytes,
  largest: photos === undefined ? [] : [{ name: "photos", bytes: photos, objects: 1 }],
});
const history = {
  samples: [sample("2026-09-01T00:00:00Z", 10, 5), sample("2026-11-01T00:00:00Z", 20), sample("2026-11-24T00:00:00Z", 30, 25)],
  now: sample("2026-11-26T00:00:00Z", 40, 35),
};

describe("usage over time", () => {
  it.each([
    ["week", [30, 40]],
    ["month", [20, 30, 40]],
    ["all", [10, 20, 30, 40]],
  ] as const)("shows the %s", (span, bytes) => {
    expect(usagePoints(history, span).map((point) => point.bytes)).toEqual(bytes);
  });
  it("shows a bucket where it is named, with a gap where it is not", () => {
    expect(usagePoints(history, "all", "photos").map((point) => point.bytes)).toEqual([5, 25, 35]);
    expect(usagePoints(history, "all", "gone")).toEqual([]);
    expect(usageBuckets(history)).toEqual(["photos"]);
  });
  it("leaves out what has no time", () => {
    expect(usagePoints({ ...history, samples: [sample("nonsense", 1)] }, "all")).toHaveLength(1);
  });
});
