// A server with something on every page of the app, and where these pages are.
import { askAdmin } from "./admin.mjs";
import { cachedStep, changed, everything, oneStep, retried, typed } from "./pipelines.mjs";
import { KEYS, ROOT } from "./server.mjs";
import { createRequire } from "node:module";
import { join } from "node:path";

const { AwsClient } = createRequire(join(ROOT, "web/package.json"))("aws4fetch");

async function put(server, path, body = undefined, headers = {}) {
  const client = new AwsClient({ accessKeyId: KEYS.accessKey, secretAccessKey: KEYS.secretKey, service: "s3", region: "us-east-1", retries: 0 });
  const response = await client.fetch(`${server.s3}/${path}`, { method: "PUT", body, headers: { "X-Amz-Content-Sha256": "UNSIGNED-PAYLOAD", ...headers } });
  if (!response.ok) throw new Error(`PUT ${path}: ${response.status} ${await response.text()}`);
}

const STATEMENT = { Effect: "Allow", Action: ["s3:GetObject"], Resource: ["arn:aws:s3:::reports/*"] };

async function fillStore(server) {
  const ask = (method, path, json) => askAdmin(server, method, path, json);
  await ask("PUT", "/policies/readers-of-reports", { policy: { Version: "2012-10-17", Statement: [STATEMENT] } });
  await ask("PUT", "/users/anna", { secret_key: "annas-own-secret", policies: ["readers-of-reports", "diagnostics"] });
  await ask("PUT", "/users/a-service-with-a-long-name", { secret_key: "the-services-secret", policies: ["readwrite"] });
  await ask("POST", "/groups/analysts/members", { members: ["anna"] });
  await ask("POST", "/groups/analysts/policies", { policies: ["readonly"] });
  await ask("POST", "/access-keys", { user: "anna", description: "the nightly export", expires_at: "2031-01-01T00:00:00Z" });
  await ask("PUT", "/buckets/empty", {});
  await ask("PUT", "/buckets/reports", { object_lock: true });
  await ask("PUT", "/buckets/reports/quota", { bytes: 5 * 2 ** 30 }).catch(() => {});
  await put(server, "reports/2026/summary.csv", "county,people\nA,120\nB,98000\n", { "Content-Type": "text/csv" });
  await put(server, "reports/2026/summary.csv", "county,people\nA,125\nB,98010\nC,7\n", { "Content-Type": "text/csv", "x-amz-meta-author": "anna" });
  await put(server, "reports/a file whose name goes on for so long that no list of any width has room for all of it.txt", "long");
  await put(server, "reports/readme.md", "# Reports\n\nWhat is counted, and *when*.\n", { "Content-Type": "text/markdown" });
  await put(server, "reports/summary.csv?tagging", '<Tagging><TagSet><Tag><Key>kind</Key><Value>table</Value></Tag></TagSet></Tagging>').catch(() => {});
  await put(server, "reports?policy", JSON.stringify({ Version: "2012-10-17", Statement: [{ ...STATEMENT, Principal: "*" }] }));
  await put(
    server,
    "reports?lifecycle",
    "<LifecycleConfiguration><Rule><ID>drafts</ID><Status>Enabled</Status><Filter><Prefix>drafts/</Prefix></Filter><Expiration><Days>7</Days></Expiration></Rule></LifecycleConfiguration>",
  );
}

/** Everything there is to look at, on a new server. */
export async function makeWorld(server, api) {
  const all = await api.startRun("everything", everything());
  const other = await api.startRun("everything again", everything(), { bias: 3 });
  const failed = await api.startRun("fails", oneStep("fails", 'echo first; echo "$0" >&2; exit 3'));
  const long = await api.startRun("long log", oneStep("long-log", 'seq 1 20000 | sed "s/^/line number /"'));
  const flaky = await api.startRun("flaky", retried());
  const old = await api.startRun("an old run with a name that is longer than most columns", oneStep("old"));
  const pipeline = await api.uploadPipeline("typed", typed());
  const [first] = (await api.get(`/pipelines/${pipeline.pipeline_id}/versions`)).pipeline_versions;
  await api.uploadVersion(pipeline.pipeline_id, "second", changed(typed()));
  const reference = { pipeline_id: pipeline.pipeline_id, pipeline_version_id: first.pipeline_version_id };
  const ofVersion = await api.ask("POST", "/runs", { display_name: "of the first version", pipeline_version_reference: reference, runtime_config: { parameters: { rate: 0.5 } } });
  const recurring = await api.ask("POST", "/recurringruns", {
    display_name: "every night",
    pipeline_version_reference: reference,
    runtime_config: { parameters: { rate: 0.5 } },
    max_concurrency: "1",
    mode: "DISABLE",
    trigger: { cron_schedule: { cron: "0 30 2 * * *" } },
  });
  for (const run of [all, other, failed, long, flaky, old, ofVersion]) await api.waitForRun(run.run_id);
  await api.ask("POST", `/runs/${old.run_id}:archive`);
  const cached = await api.startRun("cached", cachedStep());
  await api.waitForRun(cached.run_id);
  await api.waitForRun((await api.startRun("cached again", cachedStep())).run_id);
  const entry = (await api.get("/cache_entries")).cache_entries[0].task_id;
  const environment = (await api.get("/environments")).environments?.[0]?.environment_id;
  const artifacts = (await api.get(`/artifacts?run_id=${all.run_id}`)).artifacts;
  const tasksOf = async (run) => (await api.get(`/tasks?run_id=${run.run_id}`)).tasks;
  const taskOf = async (run, name) => (await tasksOf(run)).find((one) => one.name === name).task_id;
  await fillStore(server);
  return {
    all, other, failed, long, flaky, old, ofVersion, pipeline, first, recurring, entry, environment,
    greet: await taskOf(all, "greet"),
    flakyStep: await taskOf(flaky, "step"),
    longStep: await taskOf(long, "step"),
    artifact: (name) => artifacts.find((one) => one.name === name).artifact_id,
  };
}

const object = (key) => `/store/buckets/reports/object?key=${encodeURIComponent(key)}`;

/** Name, address and something that must be seen, of every page of the pipelines side. */
export function pipelinePages(world) {
  const run = (one, more = "") => `/runs/details/${one.run_id}${more}`;
  const pipeline = `/pipelines/details/${world.pipeline.pipeline_id}`;
  return [
    ["home", "/", "Recent runs"],
    ["runs", "/runs", "everything again"],
    ["runs-archived", "/archive/runs", "an old run"],
    ["runs-none", "/runs?q=nothing-is-called-so", "Nothing matches"],
    ["run-graph", run(world.all), "exit-handler-1"],
    ["run-task", run(world.all, `/execution/${world.greet}`), "said"],
    ["run-task-log", run(world.long, `/execution/${world.longStep}?view=log`), /20,00\d lines/],
    ["run-task-environment", run(world.all, `/execution/${world.greet}?view=environment`), "Interpreter"],
    ["run-task-resources", run(world.all, `/execution/${world.greet}?view=resources`), /Most memory|Nothing was measured/],
    ["run-task-definition", run(world.all, `/execution/${world.greet}?view=definition`), "Image"],
    ["run-task-attempts", run(world.flaky, `/execution/${world.flakyStep}?view=events`), "Attempt 2"],
    ["run-timeline", run(world.all, "?tab=timeline"), "cleanup"],
    ["run-artifacts", run(world.all, "?tab=artifacts"), "system.HTML"],
    ["run-metrics", run(world.all, "?tab=metrics"), "Confusion matrix"],
    ["run-details", run(world.ofVersion, "?tab=details"), "What happened"],
    ["run-spec", run(world.all, "?tab=spec"), "comp-branch"],
    ["run-changes", run(world.ofVersion, "?tab=changes"), "Added"],
    ["run-failed", run(world.failed), "Why it failed"],
    ["run-archived", run(world.old), "Restore"],
    ["run-missing", "/runs/details/00000000-0000-0000-0000-000000000000", "There is no such run"],
    ["run-new", `/runs/new?pipeline=${world.pipeline.pipeline_id}`, "How many"],
    ["run-new-empty", "/runs/new", "Pipeline"],
    ["run-new-clone", `/runs/new?clone=${world.ofVersion.run_id}`, "Experiment"],
    ["run-new-recurring", `/runs/new?pipeline=${world.pipeline.pipeline_id}&recurring=1`, "Catch up on missed times"],
    ["compare", `/compare?runlist=${world.all.run_id},${world.other.run_id}`, "metrics: accuracy"],
    ["pipelines", "/pipelines", "typed"],
    ["pipeline", pipeline, "step"],
    ["pipeline-summary", `${pipeline}?tab=summary`, "How many"],
    ["pipeline-source", `${pipeline}?tab=source`, "pipelineInfo"],
    ["pipeline-changes", `${pipeline}?tab=changes`, "Compared with"],
    ["pipeline-missing", "/pipelines/details/00000000-0000-0000-0000-000000000000", "There is no such pipeline"],
    ["pipeline-version-missing", `${pipeline}/version/00000000-0000-0000-0000-000000000000`, "There is no such version"],
    ["pipeline-upload", "/pipeline_versions/new", "Drop a package here"],
    ["pipeline-upload-version", `/pipeline_versions/new?pipeline=${world.pipeline.pipeline_id}`, "Upload version"],
    ["experiments", "/experiments", "Default"],
    ["experiments-archived", "/archive/experiments", "Nothing is archived"],
    ["experiment", `/experiments/details/${world.all.experiment_id}`, "everything again"],
    ["recurring", "/recurringruns", "every night"],
    ["recurring-run", `/recurringrun/details/${world.recurring.recurring_run_id}`, "every night"],
    ["artifacts", "/artifacts", "picture"],
    ["artifact-table", `/artifacts/${world.artifact("table")}`, "County 3"],
    ["artifact-lines", `/artifacts/${world.artifact("lines")}`, "Preview"],
    ["artifact-notes", `/artifacts/${world.artifact("notes")}`, "Findings"],
    ["artifact-page", `/artifacts/${world.artifact("page")}`, "Preview"],
    ["artifact-picture", `/artifacts/${world.artifact("picture")}`, "Preview"],
    ["artifact-classes", `/artifacts/${world.artifact("classes")}`, "Confusion matrix"],
    ["artifact-missing", "/artifacts/00000000-0000-0000-0000-000000000000", "There is no such artifact"],
    ["cache", "/cache", "Times used"],
    ["cache-entry", `/cache/${world.entry}`, "Fingerprint"],
    ["environments", "/environments", "on disk"],
    ["environment", `/environments?environment=${world.environment}`, "Interpreter"],
    ["not-found", "/nowhere", "There is no such page"],
  ];
}

/** The same of the store's, for whoever is signed in. */
export function storePages() {
  return [
    ["store-buckets", "/store/buckets", "mlpipeline"],
    ["store-objects", "/store/buckets/reports", "readme.md"],
    ["store-objects-folder", "/store/buckets/reports?prefix=2026/", "summary.csv"],
    ["store-objects-empty", "/store/buckets/empty", "Nothing here yet"],
    ["store-bucket-missing", "/store/buckets/no-such-bucket", "To the buckets"],
    ["store-object", object("2026/summary.csv"), "98010"],
    ["store-object-markdown", object("readme.md"), "What is counted"],
    ["store-object-missing", object("no such key"), "That did not work"],
    ["store-settings", "/store/buckets/reports/settings", "Keys that begin with"],
    ["store-settings-empty", "/store/buckets/empty/settings", "Lifecycle"],
    ["store-users", "/store/access", "anna"],
    ["store-groups", "/store/access?tab=groups", "analysts"],
    ["store-keys", "/store/access?tab=keys", "the nightly export"],
    ["store-policies", "/store/policies", "readwrite"],
    ["store-policy", "/store/policies?policy=readers-of-reports", /Held by .*anna/],
    ["store-policy-new", "/store/policies?policy=%2B", "Name"],
    ["store-drives", "/store/drives", "Usage over time"],
  ];
}
