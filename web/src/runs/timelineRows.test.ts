import { describe, expect, it } from "vitest";
import type { Task } from "@/api/types";
import { axisMarks, timelineRows } from "./timelineRows";

const at = (second: number) => new Date(1.7e12 + second * 1000).toISOString();
const task = (id: string, parent: string, start: number, more: Partial<Task> = {}): Task => ({
  task_id: id, run_id: "r", parent_task_id: parent, name: id, type: "RUNTIME", start_time: at(start), end_time: at(start + 1), ...more,
});

describe("timelineRows", () => {
  it("puts children below parents in the order of their starts, and leaves out what never started", () => {
    const rows = timelineRows([
      task("root", "", 0, { type: "ROOT" }),
      task("late", "root", 5),
      task("loop", "root", 1, { type: "LOOP" }),
      task("it", "loop", 2, { type: "LOOP_ITERATION", type_attributes: { iteration_index: 2 } }),
      task("in", "it", 3, { end_time: undefined }),
      task("never", "root", 0, { start_time: "1970-01-01T00:00:00Z" }),
    ]);
    expect(rows.map((row) => [row.label, row.depth])).toEqual([["loop", 0], ["#3", 1], ["in", 2], ["late", 0]]);
    expect(rows[2]?.end).toBeNull();
  });

  it("know since when a task waited, where nothing but waiting came before its start", () => {
    const rows = timelineRows([
      task("root", "", 0, { type: "ROOT" }),
      task("once", "root", 9, { create_time: at(2) }),
      task("again", "root", 9, { create_time: at(2), attempt: 1 }),
      task("untold", "root", 9),
      task("skewed", "root", 9, { create_time: at(10) }),
    ]);
    expect(rows.map((row) => row.start - row.from)).toEqual([7000, 0, 0, 0]);
  });
});

describe("axisMarks", () => {
  it.each([[50, 1], [4000, 9], [3.6e6, 7], [1e10, 8]])("%d ms", (length, atMost) => {
    const marks = axisMarks(length);
    expect(marks[0]).toBe(0);
    expect(marks.length).toBeLessThanOrEqual(atMost + 1);
  });
  it("has one besides the first, however few there is room for", () => {
    for (let length = 100; length < 1e10; length *= 1.07) {
      const marks = axisMarks(length, 2);
      expect(marks.length, `${length} ms`).toBeGreaterThanOrEqual(2);
      expect(marks.length, `${length} ms`).toBeLessThanOrEqual(3);
    }
  });
});
