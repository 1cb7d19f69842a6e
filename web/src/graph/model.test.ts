import { describe, expect, it } from "vitest";
import type { Task } from "@/api/types";
import { allNodes, buildGraph, iterationsOfTask, nodeOfTask } from "./model";
import { type PipelineSpec, pipelineSpecOf, upstreamOf } from "./spec";

const spec: PipelineSpec = {
  deploymentSpec: { executors: { e: { container: { image: "python:3.11" } }, i: { importer: {} } } },
  components: {
    step: { executorLabel: "e" },
    fetch: { executorLabel: "i" },
    body: { dag: { tasks: { work: { componentRef: { name: "step" } } } } },
  },
  root: {
    dag: {
      tasks: {
        fetch: { componentRef: { name: "fetch" } },
        first: {
          taskInfo: { name: "The first" },
          componentRef: { name: "step" },
          inputs: { artifacts: { a: { taskOutputArtifact: { producerTask: "fetch", outputArtifactKey: "artifact" } } } },
        },
        "for-loop-1": { componentRef: { name: "body" }, parameterIterator: {}, dependentTasks: ["first"] },
        "condition-1": { componentRef: { name: "body" }, triggerPolicy: { condition: "true" } },
        cleanup: {
          componentRef: { name: "step" },
          dependentTasks: ["for-loop-1"],
          triggerPolicy: { strategy: "ALL_UPSTREAM_TASKS_COMPLETED" },
        },
      },
    },
  },
};

function task(id: string, parent: string, name: string, more: Partial<Task> = {}): Task {
  return { task_id: id, run_id: "r", parent_task_id: parent, name, type: "RUNTIME", state: "SUCCEEDED", ...more };
}

const tasks: Task[] = [
  task("0", "", "root", { type: "ROOT" }),
  task("1", "0", "first", { cached: true, state: "SKIPPED" }),
  task("2", "0", "for-loop-1", { type: "LOOP", state: "FAILED" }),
  task("21", "2", "for-loop-1", { type: "LOOP_ITERATION", type_attributes: { iteration_index: 0 } }),
  task("22", "2", "for-loop-1", { type: "LOOP_ITERATION", type_attributes: { iteration_index: 1 }, state: "FAILED" }),
  task("211", "21", "work"),
  task("221", "22", "work", { state: "FAILED" }),
];

const find = (graph: ReturnType<typeof buildGraph>, id: string) => allNodes(graph).find((node) => node.id === id);

describe("buildGraph", () => {
  it("nests groups and draws what is waited for", () => {
    const graph = buildGraph(spec);
    expect(allNodes(graph).map((node) => [node.id, node.kind])).toEqual([
      ["fetch", "importer"],
      ["first", "task"],
      ["for-loop-1", "loop"],
      ["for-loop-1/work", "task"],
      ["condition-1", "condition"],
      ["condition-1/work", "task"],
      ["cleanup", "task"],
    ]);
    expect(graph.edges.map((edge) => [edge.from, edge.to, edge.onExit])).toEqual([
      ["fetch", "first", false],
      ["first", "for-loop-1", false],
      ["for-loop-1", "cleanup", true],
    ]);
    expect(graph.count).toBe(5);
    expect(find(graph, "first")?.label).toBe("The first");
    expect(find(graph, "first")?.state).toBeUndefined();
  });

  it("shows a run's states, the iteration that failed, and what was not run", () => {
    const graph = buildGraph(spec, { tasks, runEnded: true });
    expect(find(graph, "first")?.state).toBe("CACHED");
    expect(find(graph, "for-loop-1")?.iterations).toHaveLength(2);
    expect(find(graph, "for-loop-1")?.chosenIteration).toBe(1);
    expect(find(graph, "for-loop-1/work")?.task?.task_id).toBe("221");
    expect(find(graph, "condition-1")?.state).toBe("NOT_RUN");
  });

  it("shows the iteration that was chosen", () => {
    const graph = buildGraph(spec, { tasks, iterations: { "for-loop-1": 0 } });
    expect(find(graph, "for-loop-1/work")?.task?.task_id).toBe("211");
    expect(find(graph, "condition-1")?.state).toBe("PENDING");
  });

  it("ends at a component that contains itself", () => {
    const self: PipelineSpec = {
      components: { a: { dag: { tasks: { a: { componentRef: { name: "a" } } } } } },
      root: { dag: { tasks: { a: { componentRef: { name: "a" } } } } },
    };
    expect(allNodes(buildGraph(self)).length).toBeLessThan(40);
  });
});

describe("finding a task's node", () => {
  const graph = buildGraph(spec, { tasks });
  it("goes through iterations", () => {
    expect(nodeOfTask(graph, tasks, "211")).toBe("for-loop-1/work");
    expect(iterationsOfTask(tasks, "211")).toEqual({ "for-loop-1": 0 });
    expect(nodeOfTask(graph, tasks, "nobody")).toBeUndefined();
  });
});

describe("tasks that others recorded", () => {
  const spec = { root: { dag: { tasks: { a: { componentRef: { name: "c" } } } } }, components: { c: {} } };
  const root = { task_id: "0", run_id: "r", type: "ROOT", state: "RUNNING" };
  const recorded = { task_id: "9", run_id: "r", parent_task_id: "0", name: "elsewhere", display_name: "On a cluster", type: "RUNTIME", state: "SUCCEEDED", outside: true };

  it("are nodes beside those of the pipeline", () => {
    const graph = buildGraph(spec, { tasks: [root, recorded] as Task[] });
    expect(graph.nodes.map(({ id, label, kind, state }) => [id, label, kind, state])).toEqual([["a", "a", "task", "PENDING"], ["elsewhere", "On a cluster", "task", "SUCCEEDED"]]);
    expect(graph.count).toBe(2);
  });

  it("are the pipeline's own where they are named like one", () => {
    const graph = buildGraph(spec, { tasks: [root, { ...recorded, name: "a" }] as Task[] });
    expect(graph.nodes.map(({ id, state }) => [id, state])).toEqual([["a", "SUCCEEDED"]]);
  });
});

describe("specs", () => {
  it("are found beside a platform's", () => {
    const bare = { root: {} };
    expect(pipelineSpecOf(bare)).toBe(bare);
    expect(pipelineSpecOf({ pipeline_spec: bare, platform_spec: {} })).toBe(bare);
    expect(pipelineSpecOf(undefined)).toBeUndefined();
  });
  it("say what a task waits for once", () => {
    expect(
      upstreamOf({
        dependentTasks: ["a"],
        inputs: {
          parameters: {
            p: { taskOutputParameter: { producerTask: "a", outputParameterKey: "o" } },
            s: { taskFinalStatus: { producerTask: "b" } },
            c: { componentInputParameter: "x" },
          },
        },
      }),
    ).toEqual(["a", "b"]);
  });
});
