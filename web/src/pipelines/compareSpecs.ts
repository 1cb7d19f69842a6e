// What differs between two versions of a pipeline, task by task.
import { allNodes, buildGraph, type GraphNode } from "@/graph/model";
import { componentOf, executorOf, type PipelineSpec } from "@/graph/spec";

export type ChangedPart = "image" | "command" | "inputs" | "outputs" | "dependencies" | "condition" | "caching" | "retries" | "resources" | "loop";

export interface TaskChange {
  id: string; // of the graph's node
  label: string;
  change: "added" | "removed" | "changed";
  parts: ChangedPart[]; // of what has changed
}

/** Texts that are the same exactly when two things are, whatever the order of their keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) =>
    typeof one === "object" && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  ) ?? "";
}

function partsOf(spec: PipelineSpec, node: GraphNode): Record<ChangedPart, string> {
  const component = componentOf(spec, node.spec);
  const executor = executorOf(spec, component);
  const { container } = executor;
  return {
    image: canonical(container?.image),
    command: canonical([container?.command, container?.args, container?.env, executor.importer]),
    inputs: canonical([node.spec.inputs, component.inputDefinitions]),
    outputs: canonical(component.outputDefinitions),
    dependencies: canonical([...(node.spec.dependentTasks ?? [])].sort()),
    condition: canonical(node.spec.triggerPolicy),
    caching: canonical([node.spec.cachingOptions?.enableCache ?? false, node.spec.cachingOptions?.cacheKey]),
    retries: canonical(node.spec.retryPolicy),
    resources: canonical(container?.resources),
    loop: canonical([node.spec.parameterIterator, node.spec.artifactIterator, node.spec.iteratorPolicy]),
  };
}

/** In the order of the newer version; what it has no more comes last. */
export function compareSpecs(before: PipelineSpec, after: PipelineSpec): TaskChange[] {
  const old = new Map(allNodes(buildGraph(before)).map((node) => [node.id, node]));
  const changes: TaskChange[] = [];
  for (const node of allNodes(buildGraph(after))) {
    const was = old.get(node.id);
    old.delete(node.id);
    if (!was) {
      changes.push({ id: node.id, label: node.label, change: "added", parts: [] });
      continue;
    }
    const [a, b] = [partsOf(before, was), partsOf(after, node)];
    const parts = (Object.keys(a) as ChangedPart[]).filter((part) => a[part] !== b[part]);
    if (parts.length > 0) changes.push({ id: node.id, label: node.label, change: "changed", parts });
  }
  for (const node of old.values()) changes.push({ id: node.id, label: node.label, change: "removed", parts: [] });
  return changes;
}
