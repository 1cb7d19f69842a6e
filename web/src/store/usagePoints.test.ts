import { describe, expect, it } from "vitest";
import type { UsageSample } from "./client/admin";
import { chosenBuckets, usageBuckets, usagePoints } from "./usagePoints";

const sample = (at: string, bytes: number, buckets: Record<string, number> = {}): UsageSample => ({
  at,
  buckets: 1,
  objects: bytes / 10,
  versions: 0,
  bytes,
  largest: Object.entries(buckets).map(([name, held]) => ({ name, bytes: held, objects: 1 })),
});
const history = {
  samples: [
    sample("2026-09-01T00:00:00Z", 10, { photos: 5 }),
    sample("2026-11-01T00:00:00Z", 20),
    sample("2026-11-24T00:00:00Z", 30, { photos: 20, songs: 4 }),
  ],
  now: sample("2026-11-26T00:00:00Z", 40, { photos: 20, songs: 14 }),
};

describe("usage over time", () => {
  it.each([
    ["week", [30, 40]],
    ["month", [20, 30, 40]],
    ["all", [10, 20, 30, 40]],
  ] as const)("shows the %s", (span, sums) => {
    expect(usagePoints(history, span, []).map((point) => point.bytes)).toEqual(sums.map((sum) => ({ sum, of: [], others: sum })));
  });
  it("parts the sum among those that are chosen and the others, and loses nothing", () => {
    const points = usagePoints(history, "all", ["photos", "songs"]).map((point) => point.bytes);
    expect(points).toEqual([
      { sum: 10, of: [5, 0], others: 5 },
      { sum: 20, of: [0, 0], others: 20 }, // named in no list: they are among the others
      { sum: 30, of: [20, 4], others: 6 },
      { sum: 40, of: [20, 14], others: 6 },
    ]);
    for (const { sum, of, others } of points) expect(of.reduce((a, b) => a + b, others)).toBe(sum);
    expect(usagePoints(history, "week", ["songs"]).map((point) => point.objects)).toEqual([
      { sum: 3, of: [1], others: 2 },
      { sum: 4, of: [1], others: 3 },
    ]);
  });
  it("knows which can be chosen", () => {
    expect(usageBuckets(history)).toEqual(["photos", "songs"]);
  });
  it("leaves out what has no time", () => {
    expect(usagePoints({ ...history, samples: [sample("nonsense", 1)] }, "all", [])).toHaveLength(1);
  });
});

it.each([
  [undefined, []],
  ["", []],
  ["photos", ["photos"]],
  ["photos,songs,photos,", ["photos", "songs"]],
  ["1,2,3,4,5,6,7,8,9", ["1", "2", "3", "4", "5", "6", "7", "8"]],
])("an address that says %j chooses %j", (text, chosen) => {
  expect(chosenBuckets(text)).toEqual(chosen);
});
