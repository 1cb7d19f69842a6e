import { expect, it } from "vitest";
import type { Json, Task } from "@/api/types";
import { attemptsOf } from "./attempts";

const task = (attempt: number | undefined, attempts?: Json): Task => ({ task_id: "t", run_id: "r", attempt, details: attempts === undefined ? {} : { attempts } });
const numbers = (of: Task) => attemptsOf(of).map((one) => one.number);

it("lists what is kept, and the attempt that is going on", () => {
  expect(numbers(task(undefined))).toEqual([0]);
  expect(numbers(task(2, [{ attempt: 0, error: "x", exit_code: 3 }, { attempt: 1 }]))).toEqual([0, 1, 2]);
  expect(numbers(task(1, [{ attempt: 1 }, { attempt: 0 }]))).toEqual([0, 1]);
  expect(attemptsOf(task(0, [{ attempt: 0, error: "x", exit_code: 3, infrastructure: true }]))).toEqual([{ number: 0, error: "x", exitCode: 3, infrastructure: true }]);
});

it("bears what is no attempt", () => {
  expect(numbers(task(0, [null, 3, [], { attempt: "1" }]))).toEqual([0]);
  expect(numbers(task(0, "none"))).toEqual([0]);
});
