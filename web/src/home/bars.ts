import { isFinished } from "@/api/runs";
import type { Run } from "@/api/types";
import { elapsed, parseTime } from "@/format/time";

export interface Bar {
  run: Run;
  milliseconds: number;
  share: number; // of the greatest height, from 0 to 1
}

/**
 * The runs as bars, the oldest first. By the root of how long they took: one that took an hour leaves those of
 * minutes to be seen.
 */
export function barsOf(newestFirst: Run[], now: Date): Bar[] {
  const lasted = newestFirst.map((run) => {
    const milliseconds = elapsed(parseTime(run.created_at), isFinished(run) ? parseTime(run.finished_at) : null, now) ?? 0;
    return { run, milliseconds };
  });
  const longest = Math.max(1, ...lasted.map((one) => one.milliseconds));
  return lasted.reverse().map((one) => ({ ...one, share: Math.sqrt(one.milliseconds / longest) }));
}
