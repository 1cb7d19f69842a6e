// What takes long, goes wrong or is rare: that it is shown, and how it looks.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { askAdmin } from "./support/admin.mjs";
import { App } from "./support/browser.mjs";
import { everything, oneStep } from "./support/pipelines.mjs";
import { startServer } from "./support/server.mjs";
import { usual } from "./support/sets.mjs";
import { suite } from "./support/suite.mjs";

const s = suite();

/** A picture of it in a wide light and a narrow dark window, accessible in both. */
async function inBoth(page, app, name) {
  for (const [style, { viewport, ...media }] of usual) {
    await page.setViewportSize(viewport);
    await page.emulateMedia(media);
    await page.waitForTimeout(300);
    await app.shot(`${name}-${style}`, { fullPage: true });
    await app.checkAccessibility();
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(overflow <= 0, `${name} is ${overflow} pixels wider than the window`);
  }
}

test("a drive that is lost is named, and what may still be lost", async () => {
  const folder = mkdtempSync(join(tmpdir(), "penstock-drives-"));
  const drives = ["a", "b", "c", "d"].map((name) => join(folder, name));
  for (const drive of drives) mkdirSync(drive);
  const server = await startServer(...drives.flatMap((drive) => ["--drive", drive]));
  try {
    await askAdmin(server, "PUT", "/buckets/kept", {});
    renameSync(drives[3], join(folder, "gone"));
    const app = await App.open(s.browser, server.url);
    const { page } = app;
    await app.signIn();
    // The next write that does not get through is how the store learns of it.
    for (let turn = 0; turn < 60; turn += 1) {
      await askAdmin(server, "PUT", `/buckets/kept-${turn}`, {});
      const states = (await askAdmin(server, "GET", "/drives")).drives.map((drive) => drive.state);
      if (states.some((state) => state !== "in-sync")) break;
      await page.waitForTimeout(500);
    }
    await app.go("/store/drives");
    const row = page.getByRole("row", { name: new RegExp(drives[3]) });
    await row.getByText(/offline|another drive|taken off/).first().waitFor();
    await page.getByRole("row", { name: new RegExp(`${drives[0]}.*in sync`) }).waitFor();
    await page.getByText("1 drive is not in sync: everything can still be read, also if 1 more is lost.").waitFor();
    await page.getByText("Usage over time").waitFor();
    await inBoth(page, app, "store-drives-lost");
    await app.close();
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});

test("an upload on its way, and one that failed, are told in the tray", () =>
  s.inApp(async (app, page) => {
    await askAdmin(s.server, "PUT", "/buckets/tray", {});
    await app.signIn();
    await app.go("/store/buckets/tray");
    let go;
    const held = new Promise((resolve) => (go = resolve));
    await page.route(/slow\.txt/, async (route) => {
      if (route.request().method() === "PUT") await held;
      await route.continue().catch(() => {});
    });
    await page.route(/refused\.txt/, (route) => (route.request().method() === "PUT" ? route.fulfill({ status: 403, body: "<Error><Code>QuotaExceeded</Code><Message>The bucket's quota is used up</Message></Error>" }) : route.continue()));
    const file = (name) => ({ name, mimeType: "text/plain", buffer: Buffer.from("x".repeat(3000)) });
    await page.locator("input[type=file]:not([webkitdirectory])").setInputFiles([file("done.txt"), file("refused.txt"), file("slow.txt")]);
    await page.getByText("The bucket's quota is used up").waitFor();
    await page.getByText("1 of 3 uploaded").waitFor();
    await inBoth(page, app, "store-uploads");
    go();
    await page.getByText("2 of 3 uploaded").waitFor();
  }));

test("a server that is not there is said to be so, with the way on", async () => {
  const server = await startServer();
  const app = await App.open(s.browser, server.url);
  const { page } = app;
  await app.go("/runs");
  await page.getByText("No runs here").waitFor();
  await server.stop();
  await page.getByRole("button", { name: "Refresh" }).click();
  await page.getByRole("alert").first().waitFor({ timeout: 30_000 });
  await inBoth(page, app, "server-gone");
  await page.getByRole("button", { name: "Try again" }).first().waitFor();
  await app.close();
});

test("the packages of a task are shown with their lock", { timeout: 240_000 }, async (t) => {
  // As the SDK compiles a component with packages_to_install.
  const spec = oneStep("packages");
  const pip = "python3 -m pip install --quiet --no-warn-script-location";
  const install = `\nif ! [ -x "$(command -v pip)" ]; then\n    python3 -m ensurepip || python3 -m ensurepip --user || apt-get install python3-pip\nfi\n\nPIP_DISABLE_PIP_VERSION_CHECK=1 ${pip} 'kfp==2.17.0' '--no-deps' 'typing-extensions>=3.7.4,<5; python_version<"3.9"'  &&  ${pip} 'six==1.16.0' 'tabulate==0.9.0' && "$0" "$@"\n`;
  const start = 'program_path=$(mktemp -d)\n\nprintf "%s" "$0" > "$program_path/ephemeral_component.py"\n_KFP_RUNTIME=true python3 -m kfp.dsl.executor_main                         --component_module_path                         "$program_path/ephemeral_component.py"                         "$@"\n';
  const source = "\nimport kfp\nfrom kfp import dsl\nfrom kfp.dsl import *\nfrom typing import *\n\ndef show(text: str):\n    import six, tabulate\n    print(six.__version__, tabulate.__version__)\n\n";
  const container = spec.deploymentSpec.executors["exec-step"].container;
  container.command = ["sh", "-c", install, "sh", "-ec", start, source];
  container.args = ["--executor_input", "{{$}}", "--function_to_execute", "show"];
  const run = await s.api.startRun("with packages", spec);
  const ended = await s.api.waitForRun(run.run_id, 200);
  if (ended.state !== "SUCCEEDED") return t.skip("no package index is to be had");
  const step = (await s.api.get(`/tasks?run_id=${run.run_id}`)).tasks.find((task) => task.name === "step");
  await s.inApp(async (app, page) => {
    await app.go(`/runs/details/${run.run_id}/execution/${step.task_id}?view=environment`);
    await page.getByText(/"tabulate==0\.9\.0"/).first().waitFor(); // in the head of the lock
    await inBoth(page, app, "run-task-packages");
    await page.setViewportSize({ width: 1440, height: 900 });
    await app.go("/environments");
    await page.getByRole("link", { name: /six==1\.16\.0/ }).waitFor();
    await inBoth(page, app, "environments-packages");
  });
});

test("the app in Chinese: no English is left on its pages", async () => {
  await s.api.waitForRun((await s.api.startRun("zhongwen", everything())).run_id);
  const run = (await s.api.get("/runs?page_size=1&sort_by=created_at%20desc")).runs[0];
  await s.inApp(
    async (app, page) => {
      await app.go("/store/buckets");
      await page.getByLabel("访问密钥").fill("web-tests-root");
      await page.getByLabel("私密密钥").fill("a secret of the tests");
      await page.getByRole("button", { name: "登录", exact: true }).click();
      await page.getByLabel(/已登录/).waitFor();
      for (const [name, path] of [
        ["home", "/"], ["runs", "/runs"], ["run", `/runs/details/${run.run_id}`], ["run-details", `/runs/details/${run.run_id}?tab=details`], ["run-metrics", `/runs/details/${run.run_id}?tab=metrics`],
        ["run-new", "/runs/new"], ["pipelines", "/pipelines"], ["upload", "/pipeline_versions/new"], ["experiments", "/experiments"], ["recurring", "/recurringruns"], ["artifacts", "/artifacts"],
        ["cache", "/cache"], ["environments", "/environments"], ["buckets", "/store/buckets"], ["objects", "/store/buckets/mlpipeline"], ["settings", "/store/buckets/mlpipeline/settings"],
        ["access", "/store/access"], ["keys", "/store/access?tab=keys"], ["policies", "/store/policies"], ["drives", "/store/drives"], ["nowhere", "/nowhere"],
      ]) {
        await app.go(path);
        await page.locator("main h1").waitFor();
        await app.settled();
        await app.shot(`zh-${name}`, { fullPage: true });
        // Words of ours; names that people and programs gave stay as they are.
        const texts = await page.evaluate(() => [...document.querySelectorAll("h1, h2, h3, button, label, th, dt, nav a, [role=tab], [role=status]")].map((element) => element.textContent.trim()));
        const english = texts.filter((text) => /[a-z]{4,} [a-z]{3,}/i.test(text) && !/[\u4e00-\u9fff]/.test(text) && !/zhongwen|cleaned up/.test(text));
        assert.deepEqual(english, [], `${path} speaks English`);
      }
    },
    { locale: "zh-CN" },
  );
});
