import { expect, it } from "vitest";
import type { JsonObject, Task } from "@/api/types";
import { profileOf } from "./profile";

const task = (profile?: JsonObject): Task => ({ task_id: "t", run_id: "r", details: profile ? { profile } : {} });

it("tells slopes of what only grows, from the beginning on", () => {
  const profile = profileOf(
    task({
      samples: [
        { ms: 500, cpu_seconds: 0.5, memory_bytes: 100, read_bytes: 1000, written_bytes: 0 },
        { ms: 1500, cpu_seconds: 2.5, memory_bytes: 200, read_bytes: 1000, written_bytes: 4096 },
      ],
      cpu_seconds: 2.6,
      peak_memory_bytes: 250,
      limits: { memory_bytes: 512, cpus: 2 },
      not_enforced: ["memory"],
    }),
  );
  expect(profile?.points).toEqual([
    { seconds: 0.5, cores: 1, memory: 100, read: 2000, written: 0, processes: undefined },
    { seconds: 1.5, cores: 2, memory: 200, read: 0, written: 4096, processes: undefined },
  ]);
  expect(profile).toMatchObject({ cpuSeconds: 2.6, peakMemory: 250, memoryLimit: 512, cpuLimit: 2, notEnforced: ["memory"] });
});

it("leaves out what was not read", () => {
  expect(profileOf(task({ samples: [{ ms: 100, memory_bytes: 5 }, { ms: 200, cpu_seconds: 1 }] }))?.points).toEqual([
    { seconds: 0.1, cores: undefined, memory: 5, read: undefined, written: undefined, processes: undefined },
    { seconds: 0.2, cores: undefined, memory: undefined, read: undefined, written: undefined, processes: undefined },
  ]);
});

it("is null where no profile was taken, and bears what is no profile", () => {
  expect(profileOf(task())).toBeNull();
  expect(profileOf({ task_id: "t", run_id: "r" })).toBeNull();
  expect(profileOf(task({ samples: 3 as never, limits: [] as never }))?.points).toEqual([]);
});
