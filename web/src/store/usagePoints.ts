// What the store held over time, as charts draw it.
import type { UsageHistory, UsageSample } from "./client/admin";

export interface Held {
  sum: number; // of the whole store
  of: number[]; // of each bucket that was chosen; 0 where it was not among the largest
  others: number; // what is left of the sum
}

export interface UsagePoint {
  time: number; // milliseconds since 1970
  bytes: Held;
  objects: Held;
}

export type UsageSpan = "week" | "month" | "all";

const DAY = 24 * 3600 * 1000;
const SPANS: Record<UsageSpan, number> = { week: 7 * DAY, month: 30 * DAY, all: Number.POSITIVE_INFINITY };

/** As many as can be told apart in one chart. */
export const MOST_CHOSEN = 8;

function heldOf(sample: UsageSample, chosen: string[], what: "bytes" | "objects"): Held {
  const of = chosen.map((name) => sample.largest.find((one) => one.name === name)?.[what] ?? 0);
  return { sum: sample[what], of, others: Math.max(0, sample[what] - of.reduce((a, b) => a + b, 0)) };
}

/** The oldest first, and what there is now at the end. */
export function usagePoints(history: UsageHistory, span: UsageSpan, chosen: string[]): UsagePoint[] {
  const since = Date.parse(history.now.at) - SPANS[span];
  return [...history.samples, history.now]
    .map((sample) => ({ time: Date.parse(sample.at), bytes: heldOf(sample, chosen, "bytes"), objects: heldOf(sample, chosen, "objects") }))
    .filter(({ time }) => time >= since); // false of what is no time
}

/** Buckets that can be chosen: those named now, the largest first. */
export function usageBuckets(history: UsageHistory): string[] {
  return history.now.largest.map((bucket) => bucket.name);
}

/** Of an address: names with commas between. */
export function chosenBuckets(text: string | undefined): string[] {
  return [...new Set((text ?? "").split(",").filter(Boolean))].slice(0, MOST_CHOSEN);
}
