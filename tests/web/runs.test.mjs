// What people do with runs, in the app, and what came of it, from the API.
import assert from "node:assert/strict";
import { test } from "node:test";
import { everything, oneStep, typed } from "./support/pipelines.mjs";
import { suite } from "./support/suite.mjs";

const s = suite();

test("a run is started with typed inputs, which are checked as they are typed", () =>
  s.inApp(async (app, page) => {
    const pipeline = await s.api.uploadPipeline("typed", typed());
    await app.go(`/runs/new?pipeline=${pipeline.pipeline_id}`);
    await page.getByLabel(/^count/).fill("three");
    await page.getByText("Must be a whole number").waitFor();
    await page.getByLabel(/^count/).fill("5");
    await page.getByRole("button", { name: "Start run" }).click();
    await page.getByText("A value is needed").waitFor(); // rate has no default
    await page.getByLabel(/^rate/).fill("0.25");
    await page.getByRole("textbox", { name: "items" }).fill("[1, 2");
    await page.getByText(/Not valid JSON/).waitFor();
    await page.getByRole("textbox", { name: "items" }).fill("[7, 8]");
    await page.getByLabel("Run name").fill("typed run");
    await page.getByRole("button", { name: "Start run" }).click();
    await app.heading("typed run").waitFor();
    const id = page.url().split("/").at(-1);
    const run = await s.api.waitForRun(id);
    assert.equal(run.state, "SUCCEEDED");
    assert.deepEqual(run.runtime_config.parameters, {
      count: 5, items: [7, 8], loud: true, mode: "fast", options: { a: 1 }, rate: 0.25, text: "hello",
    });
    await page.getByText("Succeeded").first().waitFor(); // without being loaded again
  }));

test("every route of Kubeflow's own app leads to a page", () =>
  s.inApp(async (app, page) => {
    const run = await s.api.startRun("routed", oneStep("routed"));
    await s.api.waitForRun(run.run_id);
    const task = (await s.api.get(`/tasks?run_id=${run.run_id}`)).tasks.find((one) => one.name === "step");
    const pipeline = await s.api.uploadPipeline("routed pipeline", oneStep("routed"));
    const id = pipeline.pipeline_id;
    const [version] = (await s.api.get(`/pipelines/${id}/versions`)).pipeline_versions;
    const recurring = await s.api.ask("POST", "/recurringruns", {
      display_name: "routed now and then",
      pipeline_version_reference: { pipeline_id: id, pipeline_version_id: version.pipeline_version_id },
      max_concurrency: "1",
      mode: "DISABLE",
      trigger: { periodic_schedule: { interval_second: "3600" } },
    });
    for (const [route, title] of [
      ["/start", "Overview"],
      ["/pipelines", "Pipelines"],
      ["/shared/pipelines", "Pipelines"],
      ["/pipeline_versions/new", "Upload pipeline"],
      [`/pipelines/details/${id}`, "routed pipeline"],
      [`/pipelines/details/${id}/version/${version.pipeline_version_id}`, "routed pipeline"],
      ["/experiments", "Experiments"],
      ["/archive/experiments", "Experiments"],
      ["/experiments/new", "Experiments"],
      [`/experiments/details/${run.experiment_id}`, "Default"],
      ["/runs", "Runs"],
      ["/archive/runs", "Runs"],
      ["/runs/new", "New run"],
      [`/runs/details/${run.run_id}`, "routed"],
      [`/runs/details/${run.run_id}/execution/${task.task_id}`, "routed"],
      [`/compare?runlist=${run.run_id}`, "Compare runs"],
      ["/recurringruns", "Recurring runs"],
      [`/recurringrun/details/${recurring.recurring_run_id}`, "routed now and then"],
      ["/artifacts", "Artifacts"],
      ["/executions", "Runs"],
      [`/executions/${task.task_id}`, "routed"],
      ["/frontend_features", "Overview"],
      ["/no/such/route", "There is no such page"],
    ]) {
      await app.go(route);
      await app.heading(title).waitFor();
    }
    await app.go(`/executions/${task.task_id}`);
    await page.getByRole("complementary", { name: "step" }).waitFor();
  }));

test("the SDK's links open their pages", () =>
  s.inApp(async (app, page) => {
    const run = await s.api.startRun("linked", oneStep("linked"));
    const pipeline = await s.api.uploadPipeline("linked pipeline", oneStep("linked"));
    const [version] = (await s.api.get(`/pipelines/${pipeline.pipeline_id}/versions`)).pipeline_versions;
    for (const [link, title] of [
      [`/#/runs/details/${run.run_id}`, "linked"],
      [`/#/experiments/details/${run.experiment_id}`, "Default"],
      [`/#/pipelines/details/${pipeline.pipeline_id}`, "linked pipeline"],
      [`/#/pipelines/details/${pipeline.pipeline_id}/version/${version.pipeline_version_id}`, "linked pipeline"],
      [`/runs/details/${run.run_id}`, "linked"],
    ]) {
      await page.goto(s.server.url + link);
      await app.heading(title).waitFor();
    }
  }));

test("the graph shows nesting, branches and iterations, and the keyboard moves in it", () =>
  s.inApp(async (app, page) => {
    const run = await s.api.startRun("graph", everything());
    await s.api.waitForRun(run.run_id);
    await app.go(`/runs/details/${run.run_id}`);
    const node = (id) => page.locator(`[data-node="${id}"]`);
    await node("exit-handler-1/inner/second").waitFor();
    assert.match(await node("exit-handler-1/condition-1/taken").innerText(), /Succeeded/);
    assert.match(await node("exit-handler-1/condition-2/taken").innerText(), /Not run/);
    assert.match(await node("cleanup").innerText(), /on exit/);

    await page.getByLabel("Iteration").selectOption("2");
    await node("exit-handler-1/for-loop-1/each").click();
    await page.getByRole("complementary").getByText("c", { exact: true }).first().waitFor(); // the third item
    await page.keyboard.press("Escape");

    await node("exit-handler-1/greet").focus();
    await page.keyboard.press("ArrowDown");
    const focused = await page.evaluate(() => document.activeElement.dataset.node);
    assert.ok(focused && focused !== "exit-handler-1/greet", focused);
    await page.keyboard.press("Enter");
    await page.getByRole("complementary").waitFor();

    await page.getByRole("button", { name: "Collapse exit-handler-1" }).click();
    await node("exit-handler-1/greet").waitFor({ state: "detached" });
  }));

test("a run that fails says why, with its log, and can be run again", () =>
  s.inApp(async (app, page) => {
    const run = await s.api.startRun("fails", oneStep("fails", 'echo "before the end"; exit 3'));
    await s.api.waitForRun(run.run_id);
    await app.go(`/runs/details/${run.run_id}`);
    await page.getByText(/ended with exit code 3/).first().waitFor();
    await page.getByRole("link", { name: "Show the task" }).click();
    await page.getByRole("log").getByText("before the end").waitFor();
    await page.getByRole("button", { name: "Retry" }).click();
    await page.getByText("Done for 1 run").waitFor();
    const again = await s.api.waitForRun(run.run_id);
    assert.ok(again.state_history.filter((change) => change.state === "FAILED").length >= 1);
    assert.ok(again.state_history.length > run.state_history.length + 1, JSON.stringify(again.state_history));
  }));

test("a long log scrolls, and is searched", () =>
  s.inApp(async (app, page) => {
    const run = await s.api.startRun("long", oneStep("long", 'seq 1 30000 | sed "s/^/line number /"'));
    await s.api.waitForRun(run.run_id);
    const step = (await s.api.get(`/tasks?run_id=${run.run_id}`)).tasks.find((task) => task.name === "step");
    await app.go(`/runs/details/${run.run_id}/execution/${step.task_id}`);
    await page.getByRole("tab", { name: "Log" }).click();
    await page.getByText(/30,00\d lines/).waitFor();
    const log = page.getByRole("log");
    assert.ok((await log.locator("[data-index]").count()) < 200, "only lines in sight are in the page");
    await page.getByLabel("Search the log").fill("number 29999");
    await log.locator("mark").waitFor();
    assert.equal(await page.getByText("1 of 1").count(), 1);
    assert.match(await log.innerText(), /line number 29999/);
  }));

test("a log that is larger than what the page keeps of it is fetched again where it is looked at", () =>
  s.inApp(async (app, page) => {
    const long = "word ".repeat(60);
    const run = await s.api.startRun("large", oneStep("large", `seq 1 100000 | sed "s/$/ ${long}/"`));
    await s.api.waitForRun(run.run_id);
    const step = (await s.api.get(`/tasks?run_id=${run.run_id}`)).tasks.find((task) => task.name === "step");
    await app.go(`/runs/details/${run.run_id}/execution/${step.task_id}?view=log`);
    await page.getByText(/100,\d{3} lines/).waitFor();
    const log = page.getByRole("log");
    /** The numbers of the lines in sight, which were drawn with their texts. */
    const inSight = () =>
      log.evaluate((frame) => {
        const { top, bottom } = frame.getBoundingClientRect();
        const lines = [...frame.querySelectorAll("[data-index]")].map((line) => [line.getBoundingClientRect(), line.innerText]);
        return lines.filter(([box]) => box.bottom > top + 2 && box.top < bottom - 2).map(([, text]) => text);
      });
    const settled = async (test) => {
      for (let turn = 0; turn < 100; turn += 1) {
        const lines = await inSight();
        if (lines.length && lines.every((line) => !/loading…/.test(line)) && test(lines)) return lines;
        await page.waitForTimeout(50);
      }
      throw new Error(`the lines did not come: ${(await inSight()).join("\n").slice(0, 400)}`);
    };
    const numberOf = (line) => Number(/^(\d+)\s/.exec(line)[1]);
    await settled((lines) => numberOf(lines[0]) === 1);
    await log.evaluate((frame) => (frame.scrollTop = frame.scrollHeight / 2));
    const half = await settled((lines) => Math.abs(numberOf(lines[0]) - 50_000) < 1000);
    // On with small steps, by as much as was asked for: nothing jumps where lines wrap.
    const height = await log.evaluate((frame) => frame.clientHeight);
    for (let turn = 0; turn < 10; turn += 1) {
      await log.evaluate((frame) => frame.scrollBy(0, 40));
      await page.waitForTimeout(40);
    }
    const on = await settled(() => true);
    const moved = numberOf(on[0]) - numberOf(half[0]);
    assert.ok(moved > 0 && moved < half.length * 2, `400 pixels of ${height} are ${moved} lines, of ${half.length} in sight`);
    await page.waitForTimeout(300); // the bar is put right
    assert.deepEqual((await inSight())[0], on[0], "what is in sight stays while the bar is put right");
    await log.focus();
    await page.keyboard.press("End");
    await settled((lines) => /\b100000 word/.test(lines.at(-1)));
    await page.keyboard.press("Home");
    await settled((lines) => numberOf(lines[0]) === 1);
    await page.getByLabel("Search the log").fill("77777 word");
    await log.locator("mark").first().waitFor();
    await settled((lines) => lines.some((line) => /\b77777 word/.test(line)));
  }));

test("a running run is followed live, and terminated", () =>
  s.inApp(async (app, page) => {
    const run = await s.api.startRun("sleeps", oneStep("sleeps", "echo begun; sleep 300"));
    await app.go(`/runs/details/${run.run_id}`);
    await page.locator('[data-node="step"]', { hasText: "Running" }).waitFor();
    await page.getByRole("button", { name: "Terminate" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Terminate" }).click();
    const ended = await s.api.waitForRun(run.run_id);
    assert.ok(["FAILED", "CANCELED"].includes(ended.state), ended.state);
    await page.getByRole("button", { name: "Retry" }).waitFor(); // offered once it has ended
  }));

test("runs are searched, compared, archived and restored in bulk", () =>
  s.inApp(async (app, page) => {
    for (const name of ["bulk one", "bulk two"]) {
      const run = await s.api.startRun(name, everything(), { bias: name === "bulk one" ? 1 : 4 });
      await s.api.waitForRun(run.run_id);
    }
    await app.go("/runs");
    await page.getByLabel("Search by name").fill("bulk");
    await page.getByText("2 in all").waitFor();
    assert.match(page.url(), /q=bulk/);
    await page.getByLabel("Select all rows of this page").check();
    await page.getByRole("button", { name: "Compare" }).click();
    await page.getByText("metrics: accuracy").waitFor();
    await page.getByRole("img", { name: /ROC curve: bulk/ }).waitFor();
    await page.getByRole("switch", { name: "Only what differs" }).click();
    await page.getByText("metrics: loss").waitFor({ state: "detached" });

    await app.go("/runs?q=bulk");
    await page.getByText("2 in all").waitFor();
    await page.getByLabel("Select all rows of this page").check();
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name: "Archive" }).click();
    await page.getByText("Done for 2 runs").waitFor();
    await app.go("/archive/runs?q=bulk");
    await page.getByText("2 in all").waitFor();
    await page.getByLabel("Select bulk one").check();
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name: "Restore" }).click();
    await page.getByText("1 in all").waitFor();
    await page.getByLabel("Select bulk two").check();
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await page.getByText(/Nothing matches/).waitFor();
    const left = (await s.api.get("/runs?page_size=100")).runs.map((run) => run.display_name);
    assert.ok(left.includes("bulk one") && !left.includes("bulk two"), left.join());
  }));

test("a clone starts from the run's own inputs, without the cache where it is switched off", () =>
  s.inApp(async (app, page) => {
    const run = await s.api.startRun("original", everything(), { text: "salut", bias: 2 });
    await s.api.waitForRun(run.run_id);
    await app.go(`/runs/details/${run.run_id}`);
    await page.getByRole("link", { name: "Clone" }).click();
    await app.heading("New run").waitFor();
    assert.equal(await page.getByLabel(/^text/).inputValue(), "salut");
    assert.equal(await page.getByLabel("Run name").inputValue(), "Clone of original");
    await page.getByRole("switch", { name: /Take results of earlier runs/ }).click();
    await page.getByRole("button", { name: "Start run" }).click();
    await app.heading("Clone of original").waitFor();
    const id = page.url().split("/").at(-1);
    await s.api.waitForRun(id);
    const tasks = (await s.api.get(`/tasks?run_id=${id}`)).tasks;
    assert.ok(tasks.every((task) => !task.cached), "nothing came from the cache");
  }));

test("artifacts are shown, and what is in them cannot act on the app", () =>
  s.inApp(async (app, page) => {
    const run = await s.api.startRun("artifacts", everything());
    await s.api.waitForRun(run.run_id);
    const artifacts = (await s.api.get(`/artifacts?run_id=${run.run_id}`)).artifacts;
    const open = (name) => app.go(`/artifacts/${artifacts.find((one) => one.name === name).artifact_id}`);
    await open("page");
    const frame = page.frameLocator("iframe");
    await frame.getByText("made by script").waitFor();
    const origin = await page.frames().at(-1).evaluate(() => globalThis.origin);
    assert.equal(origin, "null", "an origin of its own");
    await open("notes");
    await page.getByRole("heading", { name: "Findings" }).waitFor();
    assert.equal(await page.evaluate(() => globalThis.evil), undefined);
    await open("table");
    await page.getByText("County 3", { exact: true }).waitFor();
    await page.getByText("1,500 rows").waitFor();
    await page.getByRole("link", { name: "use", exact: true }).waitFor(); // lineage
    await open("lines");
    await page.getByText("loss").waitFor();
    await open("picture");
    await page.getByRole("img", { name: "picture" }).waitFor();
  }));

test("Ctrl-K finds runs and pages; the first-use sample runs", () =>
  s.inApp(async (app, page) => {
    await s.api.waitForRun((await s.api.startRun("with artifacts", everything())).run_id);
    await app.go("/");
    await page.getByRole("button", { name: "With the SDK…" }).click(); // folded up where there are runs
    await page.getByRole("button", { name: "Run the sample" }).click();
    await app.heading("first-look").waitFor();
    const id = page.url().split("/").at(-1);
    assert.equal((await s.api.waitForRun(id)).state, "SUCCEEDED");
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Search everything" }).fill("first-look");
    await page.getByRole("option", { name: /first-look/ }).first().waitFor();
    await page.keyboard.press("Enter");
    await app.heading("first-look").waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Search everything" }).fill("note");
    await page.getByRole("option", { name: /notes Artifacts/ }).first().waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Search everything" }).fill("recurring");
    await page.getByRole("option", { name: /Recurring runs/ }).click();
    await app.heading("Recurring runs").waitFor();
  }));

test("it speaks Chinese, and remembers it", () =>
  s.inApp(async (app, page) => {
    await app.go("/runs");
    await page.getByRole("button", { name: "Language" }).click();
    await page.getByRole("menuitem", { name: "中文" }).click();
    await app.heading("运行").waitFor();
    await page.reload();
    await app.heading("运行").waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), "zh");
    await app.shot("runs-zh");
  }));

test("in a narrow window a graph begins where it starts, as large as can be read", () =>
  s.inApp(
    async (app, page) => {
      const run = await s.api.startRun("on a telephone", everything());
      await s.api.waitForRun(run.run_id);
      await app.go(`/runs/details/${run.run_id}`);
      const frame = page.getByRole("region", { name: /^Graph/ });
      const first = frame.locator('[data-node$="metrics"]').first();
      await first.waitFor();
      await page.waitForTimeout(500);
      const [outer, inner] = [await frame.boundingBox(), await first.boundingBox()];
      assert.ok(inner.x >= outer.x && inner.x + inner.width <= outer.x + outer.width, JSON.stringify({ outer, inner }));
      assert.ok(inner.y >= outer.y && inner.y + inner.height <= outer.y + outer.height, JSON.stringify({ outer, inner }));
      const scale = await frame.locator(".react-flow__viewport").evaluate((element) => new DOMMatrix(getComputedStyle(element).transform).a);
      assert.ok(scale >= 0.75, `${scale}`);
      await app.shot("run-graph-telephone");
    },
    { viewport: { width: 390, height: 844 } },
  ));
