// What people do with what earlier runs have done: plans, resumed runs, the cache, lineage over runs.
import assert from "node:assert/strict";
import { test } from "node:test";
import { cachedStep, changed, oneStep, reader, retried, typed, writer } from "./support/pipelines.mjs";
import { suite } from "./support/suite.mjs";

const s = suite();
const stepOf = async (run) => (await s.api.get(`/tasks?run_id=${run.run_id}`)).tasks.find((task) => task.name === "step");

test("a plan says what would run and what the cache would serve, before anything is made", () =>
  s.inApp(async (app, page) => {
    const pipeline = await s.api.uploadPipeline("planned", cachedStep("planned", "a plan"));
    const count = async () => (await s.api.get("/runs")).total_size ?? 0;
    const before = await count();
    await app.go(`/runs/new?pipeline=${pipeline.pipeline_id}`);
    await page.getByRole("button", { name: "What would run?" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Runs: 1").waitFor();
    assert.equal(await count(), before, "no run was made");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Start run" }).click();
    await app.heading("planned").waitFor();
    await s.api.waitForRun(page.url().split("/").at(-1));
    await app.go(`/runs/new?pipeline=${pipeline.pipeline_id}`);
    await page.getByRole("button", { name: "What would run?" }).click();
    await dialog.getByText("From the cache: 1").waitFor();
    await app.checkAccessibility();
    await dialog.getByRole("link", { name: "the task it comes from" }).waitFor();
    await page.keyboard.press("Escape");
    // Without the cache the same would run, and the run still belongs to its pipeline.
    await page.getByRole("switch", { name: /Take results of earlier runs/ }).click();
    await page.getByRole("button", { name: "What would run?" }).click();
    await dialog.getByText("Runs: 1").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Start run" }).click();
    await page.waitForURL(/runs\/details/);
    const run = await s.api.waitForRun(page.url().split("/").at(-1));
    assert.equal(run.pipeline_version_reference.pipeline_id, pipeline.pipeline_id);
    assert.equal(run.enable_caching, false);
    assert.ok(!(await stepOf(run)).cached);
  }));

test("a run is run again with the packages of an earlier one, and says so", () =>
  s.inApp(async (app, page) => {
    const run = await s.api.startRun("with packages", oneStep("with-packages"));
    await s.api.waitForRun(run.run_id);
    await app.go(`/runs/details/${run.run_id}`);
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name: "Run again with the same packages" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Runs: 1").waitFor();
    await app.shot("run-again-packages");
    await app.checkAccessibility();
    assert.equal(await dialog.getByRole("switch", { name: /With exactly the packages/ }).isChecked(), true);
    await dialog.getByLabel("Run name").fill("with the same");
    await dialog.getByRole("button", { name: "Start run" }).click();
    await app.heading("with the same").waitFor();
    const made = page.url().split("/").at(-1);
    assert.equal((await s.api.get(`/runs/${made}`)).locked_from, run.run_id);
    assert.equal((await s.api.waitForRun(made)).state, "SUCCEEDED");
    await page.getByRole("link", { name: `those of run ${run.run_id.slice(0, 8)}` }).waitFor();
    await page.getByRole("tab", { name: "Details", exact: true }).click();
    await page.getByRole("link", { name: `those of run ${run.run_id}`, exact: true }).click();
    await app.heading("with packages").waitFor();
    // The form of a clone offers the same, and leaves it out unless it is asked for.
    await page.getByRole("link", { name: "Clone" }).click();
    await page.getByRole("switch", { name: /With exactly the packages/ }).click();
    await page.getByRole("button", { name: "Start run" }).click();
    await page.waitForURL(/runs\/details/);
    const cloned = page.url().split("/").at(-1);
    assert.equal((await s.api.waitForRun(cloned)).locked_from, run.run_id);
    // What was made so hands the packages on, unless told otherwise.
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name: "Run again with the same packages" }).click();
    await dialog.getByRole("switch", { name: /With exactly the packages/ }).click();
    await dialog.getByLabel("Run name").fill("with whatever there is");
    await dialog.getByRole("button", { name: "Start run" }).click();
    await app.heading("with whatever there is").waitFor();
    assert.equal((await s.api.get(`/runs/${page.url().split("/").at(-1)}`)).locked_from, undefined);
  }));

test("a failed run is resumed as a new one, after its plan was seen", () =>
  s.inApp(async (app, page) => {
    const run = await s.api.startRun("to resume", oneStep("to-resume", "exit 3"));
    await s.api.waitForRun(run.run_id);
    await app.go(`/runs/details/${run.run_id}`);
    await page.getByRole("button", { name: "Resume" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Runs: 1").waitFor();
    await app.shot("run-resume");
    await app.checkAccessibility();
    await dialog.getByLabel("Run name").fill("resumed by hand");
    await dialog.getByRole("button", { name: "Start run" }).click();
    await app.heading("resumed by hand").waitFor();
    const made = await s.api.get(`/runs/${page.url().split("/").at(-1)}`);
    assert.equal(made.origin, "RESUME");
    assert.equal(made.origin_run_id, run.run_id);
    await page.getByRole("tab", { name: "Details", exact: true }).click();
    await page.getByRole("link", { name: run.run_id }).waitFor();
  }));

test("a run is run again from one of its tasks", () =>
  s.inApp(async (app, page) => {
    const run = await s.api.startRun("to rerun", oneStep("to-rerun"));
    await s.api.waitForRun(run.run_id);
    await app.go(`/runs/details/${run.run_id}/execution/${(await stepOf(run)).task_id}`);
    await page.getByRole("button", { name: "Run again from here" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Runs: 1").waitFor();
    await dialog.getByRole("button", { name: "Start run" }).click();
    await app.heading("to rerun (run again)").waitFor();
    const made = await s.api.waitForRun(page.url().split("/").at(-1));
    assert.equal(made.state, "SUCCEEDED");
    assert.equal(made.origin, "RERUN");
  }));

test("cache entries are listed, followed to who used them, and invalidated", () =>
  s.inApp(async (app, page) => {
    const spec = cachedStep("in-cache", "once");
    const first = await s.api.startRun("first", spec);
    await s.api.waitForRun(first.run_id);
    const second = await s.api.startRun("second", spec);
    await s.api.waitForRun(second.run_id);
    const [made, served] = [await stepOf(first), await stepOf(second)];
    assert.ok(served.cached, "the second was served");
    await app.go(`/cache/${made.task_id}`);
    await page.locator(`a[href="#/runs/details/${second.run_id}/execution/${served.task_id}"]`).waitFor();
    await page.getByRole("button", { name: "Invalidate" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Invalidate" }).click();
    await page.getByText("1 entry invalidated").waitFor();
    await app.heading("Cache").waitFor();
    const third = await s.api.startRun("third", spec);
    await s.api.waitForRun(third.run_id);
    assert.ok(!(await stepOf(third)).cached, "it had to run again");
    // Many at once; what is asked for has to be said.
    await page.getByRole("button", { name: "Invalidate many…" }).click();
    const dialog = page.getByRole("dialog");
    const confirm = dialog.getByRole("button", { name: "Invalidate" });
    assert.ok(await confirm.isDisabled());
    await dialog.getByLabel("Of the pipeline").fill("in-cache");
    await confirm.click();
    // The notice of the one before may still be there, so that the server is asked.
    const isLeft = async () => ((await s.api.get("/cache_entries")).cache_entries ?? []).some((entry) => entry.pipeline_name === "in-cache");
    for (let turn = 0; turn < 50 && (await isLeft()); turn += 1) await page.waitForTimeout(100);
    assert.ok(!(await isLeft()));
  }));

test("every attempt of a task has its log", () =>
  s.inApp(async (app, page) => {
    const run = await s.api.startRun("tried twice", retried());
    await s.api.waitForRun(run.run_id);
    const step = await stepOf(run);
    assert.equal(step.attempt, 1);
    await app.go(`/runs/details/${run.run_id}/execution/${step.task_id}`);
    const attempt = page.getByLabel("Attempt", { exact: true });
    assert.equal(await attempt.inputValue(), "1");
    await attempt.selectOption("0");
    await page.getByRole("log").getByText("a try of it").waitFor();
  }));

test("the log of a running task comes as it is written, without being asked for again", () =>
  s.inApp(async (app, page) => {
    const run = await s.api.startRun("slow", oneStep("slow", "for n in $(seq 15); do echo tick $n; sleep 1; done"));
    page.setDefaultTimeout(60_000);
    const asked = [];
    page.on("request", (request) => /\/log/.test(request.url()) && asked.push(request.url()));
    await app.go(`/runs/details/${run.run_id}`);
    await page.locator('[data-node="step"]', { hasText: "Running" }).waitFor();
    await page.locator('[data-node="step"]').click();
    await page.getByRole("tab", { name: "Log" }).click();
    await page.getByRole("log").getByText("tick 15").waitFor();
    // Once more when it has ended, for what may have been missed.
    assert.ok(asked.length <= 2, asked.join("\n"));
    assert.match(asked[0], /follow=true/);
    await s.api.waitForRun(run.run_id);
  }));

test("lineage goes over from run to run", () =>
  s.inApp(async (app, page) => {
    const made = await s.api.startRun("makes it", writer("makes"));
    await s.api.waitForRun(made.run_id);
    const [data] = (await s.api.get(`/artifacts?run_id=${made.run_id}`)).artifacts;
    const used = await s.api.startRun("uses it", reader("uses", data.uri));
    assert.equal((await s.api.waitForRun(used.run_id)).state, "SUCCEEDED");
    const taken = (await s.api.get(`/artifacts?run_id=${used.run_id}`)).artifacts[0];
    await app.go(`/artifacts/${taken.artifact_id}`);
    const panel = page.locator("section", { has: page.getByRole("heading", { name: "Used by" }) });
    await panel.getByRole("link", { name: "use-elsewhere" }).waitFor();
    await panel.getByRole("link", { name: "uses it" }).waitFor();
    await app.shot("artifact-lineage");
  }));

test("artifacts are listed over all runs, and their content is deleted", () =>
  s.inApp(async (app, page) => {
    const made = await s.api.startRun("to delete", writer("to-delete"));
    await s.api.waitForRun(made.run_id);
    const [data] = (await s.api.get(`/artifacts?run_id=${made.run_id}`)).artifacts;
    await app.go("/artifacts?q=data");
    await page.getByRole("row", { name: /to delete/ }).getByRole("link", { name: "data" }).click();
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await page.getByText("Its content has been deleted.").first().waitFor();
    assert.ok((await s.api.get(`/artifacts/${data.artifact_id}`)).deleted_at);
  }));

test("what has changed between two versions is told by task and by line", () =>
  s.inApp(async (app, page) => {
    const pipeline = await s.api.uploadPipeline("versions", typed());
    await s.api.uploadVersion(pipeline.pipeline_id, "versions two", changed(typed()));
    await app.go(`/pipelines/details/${pipeline.pipeline_id}?tab=changes`);
    const table = page.getByRole("table", { name: "Tasks" });
    await table.getByRole("row", { name: /Changed step command/ }).waitFor();
    await table.getByRole("row", { name: /Added more/ }).waitFor();
    await page.locator(".cm-insertedLine, .cm-changedLine").filter({ hasText: "changed:" }).first().waitFor();
    await page.locator(".cm-deletedChunk").first().waitFor();
    await page.locator('[data-node="more"]', { hasText: "Added" }).waitFor();
    await page.locator('[data-node="step"]', { hasText: "Changed" }).click();
    await page.getByRole("complementary").getByText("Changed: command").waitFor();
  }));

test("what a run ran is compared with a version, and with what another run ran", () =>
  s.inApp(async (app, page) => {
    const pipeline = await s.api.uploadPipeline("compared", oneStep("compared"));
    const [first] = (await s.api.get(`/pipelines/${pipeline.pipeline_id}/versions`)).pipeline_versions;
    const second = await s.api.uploadVersion(pipeline.pipeline_id, "compared two", changed(oneStep("compared")));
    const runs = [];
    for (const version of [first, second]) {
      const reference = { pipeline_id: pipeline.pipeline_id, pipeline_version_id: version.pipeline_version_id };
      runs.push(await s.api.ask("POST", "/runs", { display_name: `of ${version.display_name}`, pipeline_version_reference: reference }));
    }
    for (const run of runs) await s.api.waitForRun(run.run_id);
    await app.go(`/runs/details/${runs[0].run_id}?tab=changes`);
    await page.locator('[data-node="more"]', { hasText: "Added" }).waitFor();
    await app.go(`/compare?runlist=${runs.map((run) => run.run_id).join(",")}`);
    await page.getByRole("button", { name: "Show what differs" }).click();
    await page.locator('[data-node="more"]', { hasText: "Added" }).waitFor();
    await page.getByLabel("From", { exact: true }).selectOption("1");
    await page.getByLabel("To", { exact: true }).selectOption("0");
    await page.locator('[data-node="more"]', { hasText: "Removed" }).waitFor();
  }));

test("what a task has used is drawn over its time, with its limits", () =>
  s.inApp(async (app, page) => {
    const run = await s.api.startRun("measured", oneStep("measured"));
    await s.api.waitForRun(run.run_id);
    const step = await stepOf(run);
    // The profile of a task that ran for long enough to have one; all else is the server's own.
    const samples = Array.from({ length: 40 }, (_, n) => ({
      ms: 500 * (n + 1), cpu_seconds: 0.5 * (n + 1) * (n > 20 ? 1.5 : 1), memory_bytes: (20 + 2 * n) << 20, read_bytes: 4096 * n, written_bytes: n > 30 ? 1 << 20 : 0, processes: 3,
    }));
    const profile = { source: "cgroup", interval_ms: 500, samples, cpu_seconds: 30.5, peak_memory_bytes: 101 << 20, limits: { memory_bytes: 128 << 20, cpus: 2 }, not_enforced: ["disk"] };
    await page.route(/\/apis\/v2beta1\/tasks\?run_id=/, async (route) => {
      const answer = await (await route.fetch()).json();
      for (const task of answer.tasks) if (task.task_id === step.task_id) task.details = { ...task.details, profile };
      await route.fulfill({ json: answer });
    });
    await app.go(`/runs/details/${run.run_id}/execution/${step.task_id}?view=resources`);
    const panel = page.getByRole("complementary");
    for (const chart of [/^Processors in use: /, /^Memory: /, /^Disks: /]) await panel.getByRole("img", { name: chart }).locator("path.recharts-line-curve").first().waitFor();
    await panel.getByText("101 MiB").waitFor();
    await panel.getByText("Limit: 128 MiB").waitFor();
    await panel.getByText(/cannot enforce it: disk/).waitFor();
    await app.shot("run-task-charts");
    await app.checkAccessibility();
  }));

test("what a task uses is drawn while it runs", () =>
  s.inApp(async (app, page) => {
    const run = await s.api.startRun("busy", oneStep("busy", 'end=$(($(date +%s) + 25)); while [ $(date +%s) -lt $end ]; do :; done'));
    let step;
    while (step?.state !== "RUNNING") {
      await new Promise((resolve) => setTimeout(resolve, 200));
      step = (await s.api.get(`/tasks?run_id=${run.run_id}`)).tasks?.find((task) => task.name === "step");
    }
    await app.go(`/runs/details/${run.run_id}/execution/${step.task_id}?view=resources`);
    await page.getByText("Most memory").waitFor();
    await page.locator(".recharts-surface").first().waitFor();
    assert.equal((await s.api.get(`/runs/${run.run_id}`)).state, "RUNNING");
    await app.shot("run-task-resources-live");
    await s.api.ask("POST", `/runs/${run.run_id}:terminate`);
    await s.api.waitForRun(run.run_id);
  }));
