import { expect, it } from "vitest";
import type { Task } from "@/api/types";
import { withTask } from "./useRun";

it("replaces a task that has changed and appends one that is new", () => {
  const task = (task_id: string, state: Task["state"]): Task => ({ task_id, run_id: "r", state });
  const before = [task("a", "RUNNING"), task("b", "PENDING")];
  expect(withTask(before, task("a", "SUCCEEDED")).map((one) => one.state)).toEqual(["SUCCEEDED", "PENDING"]);
  expect(withTask(before, task("c", "RUNNING")).map((one) => one.task_id)).toEqual(["a", "b", "c"]);
});
