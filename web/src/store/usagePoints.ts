// What the store held over time, as charts draw it.
import type { UsageHistory, UsageSample } from "./client/admin";

export interface UsagePoint {
  time: number; // milliseconds since 1970
  bytes: number;
  objects: number;
}

export type UsageSpan = "week" | "month" | "all";

const DAY = 24 * 3600 * 1000;
const SPANS: Record<UsageSpan, number> = { week: 7 * DAY, month: 30 * DAY, all: Number.POSITIVE_INFINITY };

/** Of the whole store, or of a bucket: null where a sample does not name it. */
function pointOf(sample: UsageSample, bucket?: string): UsagePoint | null {
  const time = Date.parse(sample.at);
  const held = bucket === undefined ? sample : sample.largest.find((one) => one.name === bucket);
  return Number.isNaN(time) || !held ? null : { time, bytes: held.bytes, objects: held.objects };
}

/** The oldest first, and what there is now at the end. */
export function usagePoints(history: UsageHistory, span: UsageSpan, bucket?: string): UsagePoint[] {
  const since = Date.parse(history.now.at) - SPANS[span];
  return [...history.samples, history.now].map((sample) => pointOf(sample, bucket)).filter((point): point is UsagePoint => point !== null && point.time >= since);
}

/** Buckets that can be chosen: those named now, the largest first. */
export function usageBuckets(history: UsageHistory): string[] {
  return history.now.largest.map((bucket) => bucket.name);
}
