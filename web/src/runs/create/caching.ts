import type { JsonObject } from "@/api/types";
import type { PipelineSpec } from "@/graph/spec";

/** The spec with the cache switched off for every task, at any depth. */
export function withoutCaching(stored: JsonObject): JsonObject {
  const copy = structuredClone(stored);
  const spec = (copy.pipeline_spec ?? copy.pipelineSpec ?? copy) as PipelineSpec;
  for (const component of [spec.root, ...Object.values(spec.components ?? {})]) {
    for (const task of Object.values(component?.dag?.tasks ?? {})) task.cachingOptions = {};
  }
  return copy;
}

/** Whether any task would take its result from the cache. */
export function usesCaching(spec: PipelineSpec): boolean {
  return [spec.root, ...Object.values(spec.components ?? {})].some((component) =>
    Object.values(component?.dag?.tasks ?? {}).some((task) => task.cachingOptions?.enableCache),
  );
}
