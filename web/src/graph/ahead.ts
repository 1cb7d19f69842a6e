// A graph is laid out as soon as its spec is here, which is before the page that will show it is.
import { API, askEarly } from "@/early";
import type { JsonObject, PipelineVersion, Run, Task } from "@/api/types";
import { specKey } from "@/runs/keys";
import { layOut } from "./layout";
import { buildGraph, type Graph, iterationsOfTask, openAtFirst } from "./model";
import { pipelineSpecOf } from "./spec";

// What goes wrong is told by the page, which asks again.
function begin(graph: Graph): void {
  layOut(graph, openAtFirst(graph)).catch(() => {});
}

async function specOf(run: Run | undefined): Promise<JsonObject | undefined> {
  if (run?.pipeline_spec) return run.pipeline_spec;
  const { pipeline_id, pipeline_version_id } = run?.pipeline_version_reference ?? {};
  if (!run || !pipeline_id || !pipeline_version_id) return undefined;
  const url = `${API}/pipelines/${pipeline_id}/versions/${pipeline_version_id}`;
  return askEarly(url, specKey(run.run_id), (version: PipelineVersion) => version.pipeline_spec ?? {});
}

export async function layOutRun(run: Promise<Run | undefined>, tasks: Promise<Task[] | undefined>, shown: string): Promise<void> {
  const spec = pipelineSpecOf(await specOf(await run));
  const all = await tasks;
  if (spec && all) begin(buildGraph(spec, { tasks: all, iterations: iterationsOfTask(all, shown) }));
}

export async function layOutVersion(versions: Promise<PipelineVersion[] | undefined>, shown: string): Promise<void> {
  const all = await versions;
  const version = shown ? all?.find((one) => one.pipeline_version_id === shown) : all?.[0];
  const spec = pipelineSpecOf(version?.pipeline_spec);
  if (spec) begin(buildGraph(spec));
}
