// Every page: it shows what it should, in both colours and widths, without faults and accessibly.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Api } from "./support/api.mjs";
import { App, launch } from "./support/browser.mjs";
import { cachedStep, changed, everything, oneStep, retried, typed } from "./support/pipelines.mjs";
import { startServer } from "./support/server.mjs";

let server;
let browser;
let api;
const runs = {};

before(async () => {
  server = await startServer();
  browser = await launch();
  api = new Api(server.url);
  runs.all = await api.startRun("everything", everything());
  runs.other = await api.startRun("everything again", everything(), { bias: 3 });
  runs.failed = await api.startRun("fails", oneStep("fails", 'echo first; echo "$0" >&2; exit 3'));
  runs.long = await api.startRun("long log", oneStep("long-log", 'seq 1 20000 | sed "s/^/line number /"'));
  runs.flaky = await api.startRun("flaky", retried());
  runs.pipeline = await api.uploadPipeline("typed", typed());
  await api.uploadVersion(runs.pipeline.pipeline_id, "second", changed(typed()));
  for (const run of [runs.all, runs.other, runs.failed, runs.long, runs.flaky]) await api.waitForRun(run.run_id);
  runs.artifacts = (await api.get(`/artifacts?run_id=${runs.all.run_id}`)).artifacts;
  runs.tasks = (await api.get(`/tasks?run_id=${runs.all.run_id}`)).tasks;
  runs.flakyStep = (await api.get(`/tasks?run_id=${runs.flaky.run_id}`)).tasks.find((one) => one.name === "step").task_id;
  const cached = await api.startRun("cached", cachedStep());
  await api.waitForRun(cached.run_id);
  await api.waitForRun((await api.startRun("cached again", cachedStep())).run_id);
  runs.entry = (await api.get("/cache_entries")).cache_entries[0].task_id;
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const artifact = (name) => runs.artifacts.find((one) => one.name === name).artifact_id;
const task = (name) => runs.tasks.find((one) => one.name === name).task_id;

// name, path, something that must be seen
const PIPELINE_PAGES = [
  ["home", () => "/", "Recent runs"],
  ["runs", () => "/runs", "everything again"],
  ["runs-archived", () => "/archive/runs", "No runs here"],
  ["run-graph", () => `/runs/details/${runs.all.run_id}`, "exit-handler-1"],
  ["run-task", () => `/runs/details/${runs.all.run_id}/execution/${task("greet")}`, "said"],
  ["run-task-environment", () => `/runs/details/${runs.all.run_id}/execution/${task("greet")}?view=environment`, "Interpreter"],
  ["run-task-resources", () => `/runs/details/${runs.all.run_id}/execution/${task("greet")}?view=resources`, /Most memory|Nothing was measured/],
  ["run-task-attempts", () => `/runs/details/${runs.flaky.run_id}/execution/${runs.flakyStep}?view=events`, "Attempt 2"],
  ["run-timeline", () => `/runs/details/${runs.all.run_id}?tab=timeline`, "cleanup"],
  ["run-artifacts", () => `/runs/details/${runs.all.run_id}?tab=artifacts`, "system.HTML"],
  ["run-metrics", () => `/runs/details/${runs.all.run_id}?tab=metrics`, "Confusion matrix"],
  ["run-details", () => `/runs/details/${runs.all.run_id}?tab=details`, "What happened"],
  ["run-spec", () => `/runs/details/${runs.all.run_id}?tab=spec`, "comp-branch"],
  ["run-failed", () => `/runs/details/${runs.failed.run_id}`, "Why it failed"],
  ["run-new", () => `/runs/new?pipeline=${runs.pipeline.pipeline_id}`, "How many"],
  ["run-new-recurring", () => `/runs/new?pipeline=${runs.pipeline.pipeline_id}&recurring=1`, "Catch up on missed times"],
  ["compare", () => `/compare?runlist=${runs.all.run_id},${runs.other.run_id}`, "metrics: accuracy"],
  ["pipelines", () => "/pipelines", "typed"],
  ["pipeline", () => `/pipelines/details/${runs.pipeline.pipeline_id}`, "step"],
  ["pipeline-summary", () => `/pipelines/details/${runs.pipeline.pipeline_id}?tab=summary`, "NUMBER_INTEGER"],
  ["pipeline-source", () => `/pipelines/details/${runs.pipeline.pipeline_id}?tab=source`, "pipelineInfo"],
  ["pipeline-changes", () => `/pipelines/details/${runs.pipeline.pipeline_id}?tab=changes`, "Compared with"],
  ["pipeline-upload", () => "/pipeline_versions/new", "Drop a package here"],
  ["experiments", () => "/experiments", "Default"],
  ["experiment", () => `/experiments/details/${runs.all.experiment_id}`, "everything again"],
  ["recurring", () => "/recurringruns", "No recurring runs"],
  ["artifacts", () => "/artifacts", "picture"],
  ["artifact-table", () => `/artifacts/${artifact("table")}`, "County 3"],
  ["artifact-notes", () => `/artifacts/${artifact("notes")}`, "Findings"],
  ["cache", () => "/cache", "Times used"],
  ["cache-entry", () => `/cache/${runs.entry}`, "Fingerprint"],
  ["environments", () => "/environments", "on disk"],
  ["not-found", () => "/nowhere", "There is no such page"],
];

const STORE_PAGES = [
  ["store-buckets", "/store/buckets", "mlpipeline"],
  ["store-objects", "/store/buckets/mlpipeline", "v2/"],
  ["store-settings", "/store/buckets/mlpipeline/settings", "Lifecycle"],
  ["store-users", "/store/access", "Add user"],
  ["store-groups", "/store/access?tab=groups", "New group"],
  ["store-keys", "/store/access?tab=keys", "Create key"],
  ["store-policies", "/store/policies", "readwrite"],
  ["store-drives", "/store/drives", "Usage over time"],
];

const LOOKS = [
  ["1440-light", { viewport: { width: 1440, height: 900 }, colorScheme: "light" }],
  ["1440-dark", { viewport: { width: 1440, height: 900 }, colorScheme: "dark" }],
  ["390-light", { viewport: { width: 390, height: 844 }, colorScheme: "light" }],
  ["390-dark", { viewport: { width: 390, height: 844 }, colorScheme: "dark" }],
];

async function look(app, name, path, text, style) {
  await app.go(path);
  await app.page.getByText(text).first().waitFor({ state: "attached" });
  // What comes in late is to be in the picture too.
  await app.page.waitForLoadState("networkidle");
  await app.page.getByText("Loading…").first().waitFor({ state: "detached" });
  await app.shot(`${name}-${style}`);
  await app.checkAccessibility();
  const overflow = await app.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(overflow <= 0, `${name} at ${style} is ${overflow} pixels wider than the window`);
}

for (const [style, options] of LOOKS) {
  test(`pages of the pipelines side, ${style}`, async (t) => {
    const app = await App.open(browser, server.url, options);
    for (const [name, path, text] of PIPELINE_PAGES) await t.test(name, () => look(app, name, path(), text, style));
    await app.close();
  });
  test(`pages of the store, ${style}`, async (t) => {
    const app = await App.open(browser, server.url, options);
    await t.test("store-sign-in", () => look(app, "store-sign-in", "/store/buckets", "Sign in to the store", style));
    await app.signIn();
    for (const [name, path, text] of STORE_PAGES) await t.test(name, () => look(app, name, path, text, style));
    await app.close();
  });
}
