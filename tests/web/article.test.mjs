// The article's pipeline, as the SDK compiles it, in the app: uploaded, run, its branches looked at, its table shown.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { KEYS, ROOT } from "./support/server.mjs";
import { suite } from "./support/suite.mjs";

const EXAMPLE = join(ROOT, "examples/census");
const COMPILE = `
import sys; sys.path.insert(0, sys.argv[1])
import pipeline
from kfp import compiler
function = pipeline.build(sys.argv[2], sys.argv[3], sys.argv[4], "0" * 40, sys.argv[5])
compiler.Compiler().compile(function, sys.argv[2] + "/census.yaml")`;

const folder = mkdtempSync(join(tmpdir(), "penstock-article-"));
const python = join(execFileSync(join(ROOT, "scripts/python-env"), ["kfp-2.17"], { encoding: "utf8" }).trim(), "bin/python");
const port = await freePort();
const standin = startStandin();
after(() => {
  standin.kill();
  rmSync(folder, { recursive: true, force: true });
});
const s = suite(
  "--task-ca", join(folder, "ca.pem"), "--task-env", `HTTPS_PROXY=http://127.0.0.1:${port}`,
  "--package-overrides", join(EXAMPLE, "overrides.yaml"));

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port: free } = server.address();
      server.close(() => resolve(free));
    });
  });
}

function startStandin() {
  execFileSync(join(EXAMPLE, "make-certificates"), [folder]);
  const files = ["--certificate", join(folder, "api.pem"), "--key", join(folder, "api-key.pem")];
  return spawn(python, [join(EXAMPLE, "standin.py"), "--port", String(port), ...files], { stdio: "ignore" });
}

function compiled() {
  const endpoint = `host.docker.internal:${new URL(s.server.s3).port}`;
  execFileSync(python, ["-W", "ignore", "-c", COMPILE, EXAMPLE, folder, KEYS.accessKey, KEYS.secretKey, endpoint], { stdio: "ignore" });
  return join(folder, "census.yaml");
}

/** Starts the run that the form is about, and waits until the page itself says that it has succeeded. */
async function start(app, page, name) {
  await page.getByLabel("Run name").fill(name);
  await page.getByRole("button", { name: "Start run" }).click();
  await app.heading(name).waitFor();
  const run = await s.api.waitForRun(page.url().split("/").at(-1).split("?")[0], 300); // makes environments
  assert.equal(run.state, "SUCCEEDED");
  await page.getByText("Succeeded").first().waitFor();
  return run.run_id;
}

const node = (page, name) => page.locator(`[data-node$="${name}"]`);

test("the article's pipeline: both branches, and the table it saves", () =>
  s.inApp(async (app, page) => {
    await app.go("/pipeline_versions/new");
    await page.locator("input[type=file]").setInputFiles(compiled());
    await page.getByLabel("Name", { exact: false }).first().fill("census-pipeline");
    await page.getByRole("button", { name: "Upload pipeline" }).click();
    await app.heading("census-pipeline").waitFor();
    for (const task of ["table-data-exists", "download-table-data", "save-table-data", "get-table-data"]) await node(page, task).waitFor();
    await app.shot("article-pipeline");

    await page.getByRole("link", { name: "Create run" }).click();
    await page.getByRole("textbox", { name: /^bucket/ }).fill("census-data");
    await page.getByRole("textbox", { name: /^dataset/ }).fill("acs/acs5");
    await page.getByRole("textbox", { name: /^table_code/ }).fill("B01001");
    await page.getByLabel(/^year/).fill("2020");
    const first = await start(app, page, "downloads");
    await node(page, "download-table-data").getByText("Succeeded").waitFor();
    await node(page, "save-table-data").getByText("Succeeded").waitFor();
    await node(page, "get-table-data").getByText("Not run").waitFor();
    await app.shot("article-downloads");
    await app.checkAccessibility();

    const { tasks } = await s.api.get(`/tasks?run_id=${first}&page_size=50`);
    const [output] = tasks.find((task) => task.name === "download-table-data").outputs.artifacts;
    await app.go(`/artifacts/${output.artifacts[0].artifact_id}`);
    await page.getByText(/[\d,]+ rows/).waitFor();
    await app.shot("article-table");

    await app.signIn();
    await app.go("/store/buckets/census-data");
    await page.getByText("B01001-2020.csv").first().waitFor();
    await app.shot("article-bucket");

    await app.go(`/runs/details/${first}`);
    await page.getByRole("link", { name: "Clone" }).click();
    await page.getByRole("switch", { name: "Take results of earlier runs from the cache" }).click();
    await start(app, page, "reads back");
    await node(page, "get-table-data").getByText("Succeeded").waitFor();
    await node(page, "download-table-data").getByText("Not run").waitFor();
    await app.shot("article-reads-back");
  }));
