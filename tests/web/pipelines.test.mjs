// Pipelines, versions, experiments and recurring runs.
import assert from "node:assert/strict";
import { test } from "node:test";
import { oneStep } from "./support/pipelines.mjs";
import { suite } from "./support/suite.mjs";

const s = suite();
const file = (name, spec) => ({ name, mimeType: "application/json", buffer: Buffer.from(JSON.stringify(spec)) });

test("a pipeline is uploaded, gets a tag and a version, and is deleted", () =>
  s.inApp(async (app, page) => {
    await app.go("/pipelines");
    await page.getByRole("link", { name: "Upload pipeline" }).first().click();
    await page.getByRole("button", { name: "Upload pipeline" }).click();
    await page.getByText("Choose a file first").waitFor();
    await page.locator("input[type=file]").setInputFiles(file("census.json", oneStep("census")));
    assert.equal(await page.getByLabel("Name", { exact: false }).first().inputValue(), "census");
    await page.getByRole("button", { name: "Upload pipeline" }).click();
    await app.heading("census").waitFor();
    await page.locator('[data-node="step"]').waitFor();

    await page.getByRole("button", { name: "Add a tag" }).first().click();
    await page.getByLabel("Key").fill("team");
    await page.getByLabel("Value").fill("data");
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByText("team: data").waitFor();

    await page.getByRole("link", { name: "Upload version" }).click();
    await page.locator("input[type=file]").setInputFiles(file("census-2.json", oneStep("census", "echo second")));
    await page.getByRole("button", { name: "Upload version" }).click();
    await app.heading("census").waitFor();
    const [pipeline] = (await s.api.get("/pipelines")).pipelines;
    assert.deepEqual(pipeline.tags, { team: "data" });
    assert.equal((await s.api.get(`/pipelines/${pipeline.pipeline_id}/versions`)).pipeline_versions.length, 2);

    await page.getByRole("tab", { name: "Source" }).click();
    await page.getByRole("textbox", { name: "Source" }).getByText("pipelineInfo").waitFor();

    await app.go("/pipelines");
    await page.getByLabel("Select census").check();
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await page.getByText("No pipelines yet").waitFor();
    assert.equal((await s.api.get("/pipelines")).pipelines, undefined);
  }));

test("a package that is none is refused in the server's words", () =>
  s.inApp(async (app, page) => {
    await app.go("/pipeline_versions/new");
    await page.locator("input[type=file]").setInputFiles({ name: "wrong.yaml", mimeType: "text/yaml", buffer: Buffer.from("a: [") });
    await page.getByRole("button", { name: "Upload pipeline" }).click();
    await page.getByText("That did not work").waitFor();
  }));

test("an experiment is made, archived and restored with its runs", () =>
  s.inApp(async (app, page) => {
    await app.go("/experiments");
    await page.getByRole("button", { name: "New experiment" }).click();
    await page.getByRole("dialog").getByLabel("Name").fill("trials");
    await page.getByRole("dialog").getByRole("button", { name: "Create" }).click();
    await app.heading("trials").waitFor();
    const id = page.url().split("/").at(-1);
    await s.api.startRun("in trials", oneStep("trial"), {}, { experiment_id: id });
    await page.getByRole("link", { name: "in trials" }).waitFor();
    await page.getByRole("button", { name: "Archive" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Archive" }).click();
    await page.getByRole("button", { name: "Restore" }).click();
    await page.getByText("trials is restored").waitFor();
    assert.equal((await s.api.get(`/experiments/${id}`)).storage_state, "AVAILABLE");
  }));

test("a recurring run is scheduled, disabled and deleted", () =>
  s.inApp(async (app, page) => {
    const pipeline = await s.api.uploadPipeline("nightly", oneStep("nightly"));
    await app.go(`/runs/new?pipeline=${pipeline.pipeline_id}&recurring=1`);
    await page.getByText("By a cron expression").click();
    await page.getByRole("textbox", { name: "Cron expression" }).fill("every night");
    await page.getByRole("button", { name: "Create recurring run" }).click();
    await page.getByText(/Needs five or six fields/).waitFor();
    await page.getByRole("textbox", { name: "Cron expression" }).fill("0 30 2 * * *");
    await page.getByRole("status").getByText("At 02:30", { exact: true }).waitFor();
    await page.getByLabel("Run name").fill("nightly run");
    await page.getByRole("button", { name: "Create recurring run" }).click();
    await app.heading("nightly run").waitFor();
    await page.getByText("At 02:30").waitFor();
    await page.getByText("cron 0 30 2 * * *").waitFor();
    const [made] = (await s.api.get("/recurringruns")).recurringRuns;
    assert.equal(made.trigger.cron_schedule.cron, "0 30 2 * * *");
    await page.getByRole("button", { name: "Disable" }).click();
    await page.getByRole("button", { name: "Enable" }).waitFor();
    assert.equal((await s.api.get(`/recurringruns/${made.recurring_run_id}`)).status, "DISABLED");
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await page.getByText("No recurring runs").waitFor();
  }));
