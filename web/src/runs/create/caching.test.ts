import { expect, it } from "vitest";
import { pipelineSpecOf } from "@/graph/spec";
import { usesCaching, withoutCaching } from "./caching";

it("switches the cache off everywhere and leaves the given spec alone", () => {
  const task = { cachingOptions: { enableCache: true } };
  const stored = { pipeline_spec: { root: { dag: { tasks: { a: {} } } }, components: { c: { dag: { tasks: { b: task } } } } } };
  expect(usesCaching(pipelineSpecOf(stored) ?? {})).toBe(true);
  const changed = withoutCaching(stored);
  expect(usesCaching(pipelineSpecOf(changed) ?? {})).toBe(false);
  expect(usesCaching(pipelineSpecOf(stored) ?? {})).toBe(true);
});
