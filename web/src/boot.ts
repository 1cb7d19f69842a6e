// The first script of the page: small, so that what the address needs is on its way while the app is being read.
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./app/global.css";
import elkWorker from "elkjs/lib/elk-worker.min.js?url";
import type { Pipeline, PipelineVersion, Run, Task } from "./api/types";
import { API, askEarly, startWorkerEarly } from "./early";
import { runKey, tasksKey } from "./runs/keys";

/** A run's page: its graph is laid out while the app is being read. */
function beginRun(id: string, shown: string): void {
  const run = askEarly(`${API}/runs/${id}`, runKey(id), (one: Run) => one);
  const tasks = askEarly(`${API}/tasks?run_id=${id}`, tasksKey(id), (body: { tasks?: Task[] }) => body.tasks ?? []);
  void import("./graph/ahead").then(({ layOutRun }) => layOutRun(run, tasks, shown));
  void import("./runs/RunPage");
  void import("./runs/RunGraph");
}

function beginPipeline(id: string, version: string): void {
  void askEarly(`${API}/pipelines/${id}`, ["pipelines", id], (one: Pipeline) => one);
  const versions = askEarly(
    `${API}/pipelines/${id}/versions?page_size=200&sort_by=created_at+desc`,
    ["pipelines", id, "versions"],
    (body: { pipeline_versions?: PipelineVersion[] }) => body.pipeline_versions ?? [],
  );
  void import("./graph/ahead").then(({ layOutVersion }) => layOutVersion(versions, version));
  void import("./pipelines/PipelinePage");
  void import("./pipelines/VersionGraph");
}

function begin(address: string): void {
  const [path = "", search = ""] = address.split("?");
  // Other parts of these pages have no graph.
  if (/(^|&)tab=(?!graph)/.test(search)) return;
  const run = /^\/runs\/details\/([^/]+)(?:\/execution\/([^/]+))?/.exec(path);
  const pipeline = /^\/pipelines\/details\/([^/]+)(?:\/version\/([^/]+))?/.exec(path);
  if (run || pipeline) startWorkerEarly(elkWorker);
  if (run) beginRun(run[1] ?? "", run[2] ?? "");
  if (pipeline) beginPipeline(pipeline[1] ?? "", pipeline[2] ?? "");
}

begin(location.hash.slice(1));
void import("./main");
