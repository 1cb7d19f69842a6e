// What a task used while it ran, from details.profile of its latest attempt.
import type { Json, JsonObject, Task } from "@/api/types";

export interface ProfilePoint {
  seconds: number; // since the command began
  cores?: number; // in use since the point before
  memory?: number;
  read?: number; // bytes a second since the point before
  written?: number;
  processes?: number;
}

export interface Profile {
  points: ProfilePoint[];
  cpuSeconds?: number;
  peakMemory?: number;
  readBytes?: number;
  writtenBytes?: number;
  memoryLimit?: number;
  cpuLimit?: number;
  processLimit?: number;
  diskLimit?: number;
  notEnforced: string[];
}

const numberIn = (from: JsonObject, name: string): number | undefined => (typeof from[name] === "number" ? from[name] : undefined);
const objectIn = (from: JsonObject, name: string): JsonObject => asObject(from[name]) ?? {};

function asObject(value: Json | undefined): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
}

/** How fast a number that only grows has grown; nothing where either end is not known. */
function rate(before: number | undefined, now: number | undefined, seconds: number): number | undefined {
  if (before === undefined || now === undefined || seconds <= 0) return undefined;
  return Math.max(0, (now - before) / seconds);
}

function pointsOf(samples: JsonObject[]): ProfilePoint[] {
  const start: JsonObject = { ms: 0, cpu_seconds: 0, read_bytes: 0, written_bytes: 0 };
  return samples.map((sample, index) => {
    const before = samples[index - 1] ?? start;
    const seconds = ((numberIn(sample, "ms") ?? 0) - (numberIn(before, "ms") ?? 0)) / 1000;
    const slope = (name: string) => rate(numberIn(before, name), numberIn(sample, name), seconds);
    return {
      seconds: (numberIn(sample, "ms") ?? 0) / 1000,
      cores: slope("cpu_seconds"),
      memory: numberIn(sample, "memory_bytes"),
      read: slope("read_bytes"),
      written: slope("written_bytes"),
      processes: numberIn(sample, "processes"),
    };
  });
}

/** Null where none was taken: no process ran, or the server is older. */
export function profileOf(task: Task): Profile | null {
  const profile = asObject(task.details?.profile);
  if (!profile) return null;
  const samples = Array.isArray(profile.samples) ? profile.samples.map(asObject).filter((one) => one !== undefined) : [];
  const limits = objectIn(profile, "limits");
  return {
    points: pointsOf(samples),
    cpuSeconds: numberIn(profile, "cpu_seconds"),
    peakMemory: numberIn(profile, "peak_memory_bytes"),
    readBytes: numberIn(profile, "read_bytes"),
    writtenBytes: numberIn(profile, "written_bytes"),
    memoryLimit: numberIn(limits, "memory_bytes"),
    cpuLimit: numberIn(limits, "cpus"),
    processLimit: numberIn(limits, "processes"),
    diskLimit: numberIn(limits, "disk_bytes"),
    notEnforced: Array.isArray(profile.not_enforced) ? profile.not_enforced.map(String) : [],
  };
}
