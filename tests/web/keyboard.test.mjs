// The app by keyboard alone: the focus is seen, goes into dialogs and panels, and comes back from them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { focused, tabTo, walk } from "./support/keyboard.mjs";
import { oneStep } from "./support/pipelines.mjs";
import { suite } from "./support/suite.mjs";
import { makeWorld, pipelinePages, storePages } from "./support/world.mjs";

const s = suite();
let world;

test("the first Tab leads past the navigation", () =>
  s.inApp(async (app, page) => {
    await s.api.waitForRun((await s.api.startRun("keys", oneStep("keys"))).run_id);
    await app.go("/runs");
    await page.getByRole("link", { name: "keys" }).first().waitFor();
    await page.keyboard.press("Tab");
    assert.match((await focused(page)).name, /Skip/);
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    assert.equal((await focused(page)).name, "New run");
  }));

for (const [side, width] of [["wide", 1440], ["narrow", 390]]) {
  test(`everything on every page is reached with Tab, seen when it is, and left again, ${side}`, async (t) => {
    world ??= await makeWorld(s.server, s.api);
    await s.inApp(
      async (app, page) => {
        await app.signIn();
        for (const [name, path, text] of [...pipelinePages(world), ...storePages()]) {
          await t.test(name, async () => {
            await app.goAfresh(path);
            await page.getByText(text).first().waitFor({ state: "attached" });
            await app.settled();
            // A drawer that the address opens holds the focus: that is a dialog's own affair.
            if (await page.getByRole("dialog").count()) await page.keyboard.press("Escape");
            await page.getByRole("dialog").first().waitFor({ state: "detached" });
            const { unseen, missed, ended, passed } = await walk(page);
            assert.deepEqual(unseen, [], "the focus is seen on everything");
            assert.deepEqual(missed, [], "everything is reached");
            assert.ok(ended, "the end of the page is reached");
            assert.ok(passed > 0 || name === "not-found", "something is reached");
          });
        }
      },
      { viewport: { width, height: 900 } },
    );
  });
}

test("dialogs take the focus and give it back", () =>
  s.inApp(async (app, page) => {
    await app.signIn();
    await app.go("/store/buckets");
    await page.getByRole("link", { name: "mlpipeline", exact: true }).waitFor();
    await page.locator("main").focus();
    await tabTo(page, "Create bucket");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    await page.waitForFunction(() => document.activeElement?.closest("[role=dialog]"));
    for (let count = 0; count < 12; count += 1) {
      await page.keyboard.press("Tab");
      assert.ok((await focused(page))?.dialog, "Tab stays in the dialog");
    }
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.waitForFunction(() => document.activeElement?.textContent === "Create bucket");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement?.closest("[role=dialog]"));
    await page.keyboard.type("by-keyboard");
    await page.keyboard.press("Enter");
    await app.heading("by-keyboard").waitFor();
  }));

test("a run is started, looked into and left again by keyboard", () =>
  s.inApp(async (app, page) => {
    const pipeline = await s.api.uploadPipeline("typed by hand", oneStep("typed-by-hand"));
    await app.go(`/runs/new?pipeline=${pipeline.pipeline_id}`);
    await page.getByLabel("Run name").focus();
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type("typed by hand");
    await page.keyboard.press("Enter");
    await app.heading("typed by hand").waitFor();
    await s.api.waitForRun(page.url().split("/").at(-1));
    await page.locator('[data-node="step"]', { hasText: "Succeeded" }).focus();
    await page.keyboard.press("Enter");
    const panel = page.getByRole("complementary");
    await panel.waitFor();
    await page.waitForFunction(() => document.activeElement?.closest("aside"));
    await tabTo(page, "Inputs / Outputs");
    await page.keyboard.press("ArrowRight");
    await page.getByRole("log").getByText("hello").waitFor();
    await page.keyboard.press("Escape");
    await panel.waitFor({ state: "detached" });
    await page.waitForFunction(() => document.activeElement?.dataset.node === "step");
    await page.keyboard.press("ControlOrMeta+k");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.type("Recurring");
    await page.keyboard.press("Enter");
    await app.heading("Recurring runs").waitFor();
  }));

test("nothing moves for those who do not want it", () =>
  s.inApp(
    async (app, page) => {
      const pipeline = await s.api.uploadPipeline("still", oneStep("still"));
      await app.signIn();
      await page.getByRole("button", { name: "Create bucket" }).click();
      const longest = await page.getByRole("dialog").evaluate((dialog) => {
        const seconds = (text) => Math.max(...text.split(",").map((one) => Number.parseFloat(one) * (one.trim().endsWith("ms") ? 0.001 : 1)));
        return Math.max(...[dialog, ...dialog.querySelectorAll("*")].map((one) => Math.max(seconds(getComputedStyle(one).transitionDuration), seconds(getComputedStyle(one).animationDuration))));
      });
      assert.ok(longest <= 0.001, `something moves for ${longest} s`);
      await page.keyboard.press("Escape");
      await app.go(`/pipelines/details/${pipeline.pipeline_id}`);
      await page.locator('[data-node="step"]').waitFor();
      await page.getByRole("button", { name: "Zoom in" }).click();
      const place = () => page.locator(".react-flow__viewport").evaluate((one) => one.style.transform);
      await page.getByRole("button", { name: "Fit" }).click();
      await page.waitForTimeout(30);
      const at = await place();
      await page.waitForTimeout(200);
      assert.equal(await place(), at);
    },
    { reducedMotion: "reduce" },
  ));
