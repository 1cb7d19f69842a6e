import type { Task } from "@/api/types";
import { parseTime } from "@/format/time";

export interface TimelineRow {
  task: Task;
  depth: number;
  label: string;
  from: number; // ms: since when it waited to start, for room or for its environment
  start: number;
  end: number | null; // null: still running
}

/** Of a task that was tried several times, the time before the last start is not all waiting. */
function waitedFrom(task: Task, start: number): number {
  const made = task.attempt ? null : parseTime(task.create_time);
  return made ? Math.min(made.getTime(), start) : start;
}

/** The tasks that have started, each below its parent, in the order of their starts. */
export function timelineRows(tasks: Task[]): TimelineRow[] {
  const children = new Map<string, Task[]>();
  for (const task of tasks) {
    const siblings = children.get(task.parent_task_id ?? "") ?? [];
    siblings.push(task);
    children.set(task.parent_task_id ?? "", siblings);
  }
  const rows: TimelineRow[] = [];
  const startOf = (task: Task) => parseTime(task.start_time)?.getTime() ?? null;
  const visit = (parent: string, depth: number) => {
    const started = (children.get(parent) ?? []).filter((task) => startOf(task) !== null);
    started.sort((a, b) => (startOf(a) as number) - (startOf(b) as number));
    for (const task of started) {
      const isRoot = task.type === "ROOT";
      if (!isRoot) {
        const index = task.type_attributes?.iteration_index;
        rows.push({
          task,
          depth,
          label: task.type === "LOOP_ITERATION" ? `#${(index ?? 0) + 1}` : task.display_name || task.name || task.task_id,
          from: waitedFrom(task, startOf(task) as number),
          start: startOf(task) as number,
          end: parseTime(task.end_time)?.getTime() ?? null,
        });
      }
      visit(task.task_id, isRoot ? depth : depth + 1);
    }
  };
  visit("", 0);
  return rows;
}

/** Round marks of an axis of that length, at most about as many as asked for. */
export function axisMarks(milliseconds: number, most = 8): number[] {
  // None is more than twice the one before, so that there is always a mark besides the first.
  const steps = [
    100, 200, 250, 500, 1e3, 2e3, 2500, 5e3, 1e4, 15e3, 2e4, 3e4, 6e4, 12e4, 18e4, 3e5, 6e5, 9e5, 18e5, 36e5, 72e5,
    108e5, 216e5, 432e5, 864e5,
  ];
  const step = steps.find((one) => milliseconds / one <= most) ?? Math.ceil(milliseconds / most / 864e5) * 864e5;
  const marks: number[] = [];
  for (let at = 0; at <= milliseconds; at += step) marks.push(at);
  return marks;
}
