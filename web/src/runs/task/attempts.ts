import type { Task } from "@/api/types";

export interface Attempt {
  number: number; // from 0
  error?: string;
  exitCode?: number;
  infrastructure: boolean; // the machine's fault, and not the task's
}

/** The attempts whose logs are kept, the oldest first, and the one that is going on. */
export function attemptsOf(task: Task): Attempt[] {
  const kept = Array.isArray(task.details?.attempts) ? task.details.attempts : [];
  const found: Attempt[] = [];
  for (const line of kept) {
    if (typeof line !== "object" || line === null || Array.isArray(line) || typeof line.attempt !== "number") continue;
    found.push({
      number: line.attempt,
      error: typeof line.error === "string" ? line.error : undefined,
      exitCode: typeof line.exit_code === "number" ? line.exit_code : undefined,
      infrastructure: line.infrastructure === true,
    });
  }
  const latest = task.attempt ?? 0;
  if (!found.some((one) => one.number === latest)) found.push({ number: latest, infrastructure: false });
  return found.sort((a, b) => a.number - b.number);
}
