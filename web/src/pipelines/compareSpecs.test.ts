import { expect, it } from "vitest";
import type { PipelineSpec, TaskSpec } from "@/graph/spec";
import { compareSpecs } from "./compareSpecs";

function pipeline(tasks: Record<string, TaskSpec>, image = "a", inner: Record<string, TaskSpec> = {}): PipelineSpec {
  return {
    deploymentSpec: { executors: { "exec-a": { container: { image, command: ["sh"] } } } },
    components: { "comp-a": { executorLabel: "exec-a" }, "comp-dag": { dag: { tasks: inner } } },
    root: { dag: { tasks } },
  };
}
const task = (more: TaskSpec = {}): TaskSpec => ({ componentRef: { name: "comp-a" }, ...more });
const told = (before: PipelineSpec, after: PipelineSpec) => compareSpecs(before, after).map(({ id, change, parts }) => `${change} ${id} ${parts.join()}`.trim());

it("is empty for what is the same, whatever the order of keys", () => {
  expect(told(pipeline({ x: task({ cachingOptions: {}, inputs: {} }) }), pipeline({ x: { inputs: {}, cachingOptions: {}, componentRef: { name: "comp-a" } } }))).toEqual([]);
});
it("tells what came, what went and what is another now", () => {
  expect(told(pipeline({ x: task(), y: task() }), pipeline({ x: task({ cachingOptions: { enableCache: true }, dependentTasks: ["z"] }), z: task() }))).toEqual([
    "changed x dependencies,caching",
    "added z",
    "removed y",
  ]);
  expect(told(pipeline({ x: task() }, "a"), pipeline({ x: task() }, "b"))).toEqual(["changed x image"]);
});
it("goes into nested pipelines", () => {
  const outer = { group: { componentRef: { name: "comp-dag" } } };
  expect(told(pipeline(outer, "a", { x: task() }), pipeline(outer, "a", { x: task({ retryPolicy: { maxRetryCount: 2 } }) }))).toEqual(["changed group/x retries"]);
});
