// Two versions of a pipeline as one graph: all that either has, and how it differs.
import { allNodes, buildGraph, type Graph, type GraphNode } from "@/graph/model";
import type { PipelineSpec } from "@/graph/spec";
import { compareSpecs } from "./compareSpecs";

/** Puts what only the older one has among what the newer one has in its place. */
function addRemoved(graph: Graph, old: Graph): void {
  const byId = new Map(allNodes(graph).map((node) => [node.id, node]));
  for (const node of allNodes(old)) {
    if (byId.has(node.id)) continue;
    byId.set(node.id, node);
    node.change = "removed";
    const parent = node.parent ? byId.get(node.parent) : undefined;
    // Children of what was removed are among its own already.
    if (parent?.change === "removed") continue;
    (parent?.children ?? graph.nodes).push(node);
  }
}

function markEdges(graph: Graph, old: Graph): void {
  const before = new Set(old.edges.map((edge) => edge.id));
  const now = new Set(graph.edges.map((edge) => edge.id));
  graph.edges = [
    ...graph.edges.map((edge) => (before.has(edge.id) ? edge : { ...edge, change: "added" as const })),
    ...old.edges.filter((edge) => !now.has(edge.id)).map((edge) => ({ ...edge, change: "removed" as const })),
  ];
}

function countWithin(node: GraphNode): number {
  const within = node.children.reduce((sum, child) => sum + countWithin(child), 0);
  if (within > 0) node.changesWithin = within;
  return within + (node.change ? 1 : 0);
}

export function changesGraph(before: PipelineSpec, after: PipelineSpec): Graph {
  const changes = new Map(compareSpecs(before, after).map((one) => [one.id, one.change]));
  const graph = buildGraph(after);
  const old = buildGraph(before);
  for (const node of allNodes(graph)) node.change = changes.get(node.id);
  addRemoved(graph, old);
  markEdges(graph, old);
  graph.nodes.forEach(countWithin);
  graph.count = allNodes(graph).filter((node) => node.children.length === 0).length;
  return graph;
}
