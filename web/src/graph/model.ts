// What the graph shows: the spec's tasks as nodes within nodes, with the states of a run's tasks.
import type { Task } from "@/api/types";
import type { ShownState } from "@/ui/StateBadge";
import { componentOf, executorOf, type PipelineSpec, type TaskSpec, upstreamOf } from "./spec";

export type NodeKind = "task" | "importer" | "nested" | "loop" | "condition" | "branches" | "exit";

export interface GraphNode {
  /** Names of tasks from the root's to its own, with slashes between. */
  id: string;
  name: string;
  label: string;
  kind: NodeKind;
  parent?: string;
  spec: TaskSpec;
  children: GraphNode[];
  /** The edge into it is of "when that has ended, however". */
  onExit: boolean;
  task?: Task;
  state?: ShownState; // absent where there is no run
  /** Of loops that have started: the runs of their body. */
  iterations?: Task[];
  chosenIteration?: number;
  /** Where two pipelines are compared; absent: the same in both. */
  change?: Change;
  /** How many nodes within it differ. */
  changesWithin?: number;
}

export type Change = "added" | "removed" | "changed";

export interface GraphEdge {
  id: string;
  from: string;
  to: string;
  onExit: boolean;
  change?: "added" | "removed";
}

export interface Graph {
  nodes: GraphNode[]; // of the top level; others are their children
  edges: GraphEdge[];
  count: number; // of nodes that are no groups
}

function kindOf(name: string, task: TaskSpec, spec: PipelineSpec): NodeKind {
  if (task.parameterIterator || task.artifactIterator) return "loop";
  const component = componentOf(spec, task);
  if (component.dag) {
    if (name.startsWith("condition-branches-")) return "branches";
    if (task.triggerPolicy?.condition) return "condition";
    return name.startsWith("exit-handler-") ? "exit" : "nested";
  }
  return executorOf(spec, component).importer ? "importer" : "task";
}

export function shownState(task: Task | undefined, runEnded: boolean): ShownState {
  if (!task?.state) return runEnded ? "NOT_RUN" : "PENDING";
  return task.cached ? "CACHED" : task.state;
}

/** Tasks of a run by their parent, for walking down as the spec goes down. */
class RunTasks {
  private readonly children = new Map<string, Task[]>();
  readonly root: Task | undefined;

  constructor(tasks: Task[]) {
    this.root = tasks.find((task) => task.type === "ROOT");
    for (const task of tasks) {
      const siblings = this.children.get(task.parent_task_id ?? "") ?? [];
      siblings.push(task);
      this.children.set(task.parent_task_id ?? "", siblings);
    }
  }

  below(task: Task | undefined): Task[] {
    return task ? (this.children.get(task.task_id) ?? []) : [];
  }
}

function iterationIndex(task: Task): number {
  return task.type_attributes?.iteration_index ?? 0;
}

/** The one that is looked at: as chosen, else the first that failed or runs, else the first. */
function pickIteration(iterations: Task[], chosen: number | undefined): Task | undefined {
  if (chosen !== undefined) return iterations.find((task) => iterationIndex(task) === chosen);
  return (
    iterations.find((task) => task.state === "FAILED") ??
    iterations.find((task) => task.state === "RUNNING") ??
    iterations[0]
  );
}

export interface GraphOptions {
  tasks?: Task[]; // of a run; without them the graph is of the spec alone
  runEnded?: boolean;
  /** Iterations that were chosen, by the id of their loop's node. */
  iterations?: Record<string, number>;
}

export function buildGraph(spec: PipelineSpec, options: GraphOptions = {}): Graph {
  const edges: GraphEdge[] = [];
  const run = options.tasks ? new RunTasks(options.tasks) : undefined;
  let count = 0;

  function level(tasks: Record<string, TaskSpec>, parent: GraphNode | undefined, runParent: Task | undefined, depth: number): GraphNode[] {
    const present = new Map(run?.below(runParent).map((task) => [task.name ?? "", task]));
    const nodes = Object.entries(tasks).map(([name, task]) => node(name, task, parent, present.get(name), depth));
    const known = new Set(Object.keys(tasks));
    for (const task of run?.below(runParent) ?? []) {
      const name = task.name || task.task_id;
      // A worker elsewhere may have recorded what the pipeline knows nothing of.
      if (task.outside && !known.has(name)) {
        known.add(name);
        nodes.push({ ...node(name, { taskInfo: { name: task.display_name } }, parent, task, depth), kind: "task" });
      }
    }
    for (const child of nodes) {
      for (const upstream of upstreamOf(child.spec)) {
        if (!known.has(upstream)) continue;
        const from = parent ? `${parent.id}/${upstream}` : upstream;
        edges.push({ id: `${from}→${child.id}`, from, to: child.id, onExit: child.onExit });
      }
    }
    return nodes;
  }

  function node(name: string, task: TaskSpec, parent: GraphNode | undefined, runTask: Task | undefined, depth: number): GraphNode {
    const made: GraphNode = {
      id: parent ? `${parent.id}/${name}` : name,
      name,
      label: task.taskInfo?.name || name,
      kind: kindOf(name, task, spec),
      parent: parent?.id,
      spec: task,
      children: [],
      onExit: task.triggerPolicy?.strategy === "ALL_UPSTREAM_TASKS_COMPLETED",
      task: runTask,
      state: run && shownState(runTask, options.runEnded ?? false),
    };
    const inner = componentOf(spec, task).dag?.tasks;
    if (!inner || depth > MAX_DEPTH) {
      count += 1;
      return made;
    }
    let body = runTask;
    if (made.kind === "loop" && run) {
      made.iterations = run
        .below(runTask)
        .filter((child) => child.type === "LOOP_ITERATION")
        .sort((a, b) => iterationIndex(a) - iterationIndex(b));
      body = pickIteration(made.iterations, options.iterations?.[made.id]);
      made.chosenIteration = body && iterationIndex(body);
    }
    made.children = level(inner, made, body, depth + 1);
    return made;
  }

  const nodes = level(spec.root?.dag?.tasks ?? {}, undefined, run?.root, 0);
  return { nodes, edges, count };
}

// A component that contains itself would never end; the server refuses it, but specs come from elsewhere too.
const MAX_DEPTH = 24;

/** Every node, parents before their children. */
export function allNodes(graph: Graph): GraphNode[] {
  const found: GraphNode[] = [];
  const visit = (node: GraphNode) => {
    found.push(node);
    node.children.forEach(visit);
  };
  graph.nodes.forEach(visit);
  return found;
}

// Larger pipelines are opened up where somebody looks.
const OPEN_UP_TO = 80;

/** The groups that are drawn with what is in them before anybody has chosen. */
export function openAtFirst(graph: Graph): ReadonlySet<string> {
  if (graph.count > OPEN_UP_TO) return new Set();
  return new Set(allNodes(graph).filter((node) => node.children.length > 0).map((node) => node.id));
}

/** The node of a run's task; in a loop, of any iteration. */
export function nodeOfTask(graph: Graph, tasks: Task[], taskId: string): string | undefined {
  const byId = new Map(tasks.map((task) => [task.task_id, task]));
  const names: string[] = [];
  for (let task = byId.get(taskId); task && task.type !== "ROOT"; task = byId.get(task.parent_task_id ?? "")) {
    if (task.type !== "LOOP_ITERATION") names.unshift(task.name ?? "");
  }
  const id = names.join("/");
  return allNodes(graph).some((node) => node.id === id) ? id : undefined;
}

/** The iterations that have to be chosen for a task to be seen, by the ids of their loops' nodes. */
export function iterationsOfTask(tasks: Task[], taskId: string): Record<string, number> {
  const byId = new Map(tasks.map((task) => [task.task_id, task]));
  const chain: Task[] = [];
  for (let task = byId.get(taskId); task && task.type !== "ROOT"; task = byId.get(task.parent_task_id ?? "")) {
    chain.unshift(task);
  }
  const chosen: Record<string, number> = {};
  const names: string[] = [];
  for (const task of chain) {
    if (task.type === "LOOP_ITERATION") chosen[names.join("/")] = iterationIndex(task);
    else names.push(task.name ?? "");
  }
  return chosen;
}
