// The first script of the page: small, so that what the address needs is on its way while the app is being read.
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./app/global.css";
import elkWorker from "elkjs/lib/elk-worker.min.js?url";
import { askEarly, startWorkerEarly } from "./early";

const API = "./apis/v2beta1";

function begin(path: string): void {
  const run = /^\/runs\/details\/([^/?]+)/.exec(path)?.[1];
  if (run) {
    askEarly(`${API}/runs/${run}`);
    askEarly(`${API}/tasks?run_id=${run}`);
    void import("./runs/RunPage");
    void import("./runs/RunGraph");
  }
  const pipeline = /^\/pipelines\/details\/([^/?]+)/.exec(path)?.[1];
  if (pipeline) {
    askEarly(`${API}/pipelines/${pipeline}`);
    void import("./pipelines/PipelinePage");
    void import("./pipelines/VersionGraph");
  }
  if (run || pipeline) startWorkerEarly(elkWorker);
}

void import("./main");
begin(location.hash.slice(1));
