// Where the nodes lie: ELK's layered algorithm, in a worker so that a large graph does not hold up the page.
import ELK, { type ElkNode } from "elkjs/lib/elk-api.js";
import workerUrl from "elkjs/lib/elk-worker.min.js?url";
import { takeWorker } from "@/early";
import { allNodes, type Graph, type GraphNode } from "./model";

export const NODE_WIDTH = 216;
export const NODE_HEIGHT = 58;
export const GROUP_HEADER = 40;

export interface Box {
  x: number; // within its parent
  y: number;
  width: number;
  height: number;
}

export type Layout = Map<string, Box>;

let elk: InstanceType<typeof ELK> | undefined;

const OPTIONS = {
  "elk.algorithm": "layered",
  "elk.direction": "DOWN",
  "elk.hierarchyHandling": "INCLUDE_CHILDREN",
  "elk.layered.spacing.nodeNodeBetweenLayers": "44",
  "elk.spacing.nodeNode": "26",
  "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
  "elk.layered.nodePlacement.strategy": "BRANDES_KOEPF",
};

function elkNode(node: GraphNode, expanded: ReadonlySet<string>): ElkNode {
  if (node.children.length === 0 || !expanded.has(node.id)) {
    return { id: node.id, width: NODE_WIDTH, height: NODE_HEIGHT };
  }
  return {
    id: node.id,
    children: node.children.map((child) => elkNode(child, expanded)),
    layoutOptions: {
      "elk.padding": `[top=${GROUP_HEADER + 14},left=16,bottom=16,right=16]`,
      "elk.nodeSize.constraints": "MINIMUM_SIZE",
      // Height before width: of nodes within nodes it is read along the direction of the layers.
      "elk.nodeSize.minimum": `(${NODE_HEIGHT},${node.iterations?.length ? NODE_WIDTH + 150 : NODE_WIDTH + 64})`,
    },
  };
}

// Of what was drawn last, for whoever comes back to it.
const known = new Map<string, Layout>();
const KNOWN = 20;
const inWork = new Map<string, Promise<Layout>>();

/** What the places depend on. */
export function shapeOf(graph: Graph, expanded: ReadonlySet<string>): string {
  const sizes = allNodes(graph).map((node) => [node.id, node.iterations?.length ? 1 : 0]);
  return JSON.stringify([sizes, graph.edges.map((edge) => edge.id), [...expanded]]);
}

/** Undefined where it has to be worked out. */
export function knownLayout(shape: string): Layout | undefined {
  return known.get(shape);
}

export async function layOut(graph: Graph, expanded: ReadonlySet<string>): Promise<Layout> {
  const shape = shapeOf(graph, expanded);
  const layout = known.get(shape) ?? (await workOut(shape, graph, expanded));
  known.delete(shape);
  known.set(shape, layout);
  for (const [oldest] of known) {
    if (known.size <= KNOWN) break;
    known.delete(oldest);
  }
  return layout;
}

/** Once, however many ask. */
function workOut(shape: string, graph: Graph, expanded: ReadonlySet<string>): Promise<Layout> {
  const begun = inWork.get(shape) ?? askElk(graph, expanded).finally(() => inWork.delete(shape));
  inWork.set(shape, begun);
  return begun;
}

async function askElk(graph: Graph, expanded: ReadonlySet<string>): Promise<Layout> {
  elk ??= new ELK({ workerFactory: () => takeWorker(workerUrl) });
  const shown = new Set<string>();
  const visit = (node: GraphNode) => {
    shown.add(node.id);
    if (expanded.has(node.id)) node.children.forEach(visit);
  };
  graph.nodes.forEach(visit);
  const root = await elk.layout({
    id: "\0root",
    layoutOptions: OPTIONS,
    children: graph.nodes.map((node) => elkNode(node, expanded)),
    edges: graph.edges
      .filter((edge) => shown.has(edge.from) && shown.has(edge.to))
      .map((edge) => ({ id: edge.id, sources: [edge.from], targets: [edge.to] })),
  });
  const layout: Layout = new Map();
  const collect = (node: ElkNode) => {
    for (const child of node.children ?? []) {
      layout.set(child.id, { x: child.x ?? 0, y: child.y ?? 0, width: child.width ?? 0, height: child.height ?? 0 });
      collect(child);
    }
  };
  collect(root);
  return layout;
}
