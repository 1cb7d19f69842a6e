// The app by keyboard alone: the focus is seen, goes into dialogs and panels, and comes back from them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { oneStep } from "./support/pipelines.mjs";
import { suite } from "./support/suite.mjs";

const s = suite();

/** What has the focus, and whether that can be seen. */
const focused = (page) =>
  page.evaluate(async () => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    if (element.closest(".cm-editor")) await new Promise((resolve) => setTimeout(resolve, 100)); // editors show it a little later
    // Choices of a control stand on inputs of no size: what stands beside those shows the focus.
    const { width, height } = element.getBoundingClientRect();
    const shows = element.closest(".cm-editor") ?? (width > 2 && height > 2 ? element : element.nextElementSibling);
    const style = shows && getComputedStyle(shows);
    const shown = style && (style.outlineStyle !== "none" || style.boxShadow !== "none" || ["INPUT", "TEXTAREA", "SELECT", "IFRAME"].includes(shows.tagName));
    return { name: (element.getAttribute("aria-label") ?? element.textContent ?? "").trim().slice(0, 60), tag: element.tagName, seen: Boolean(shown), dialog: element.closest("[role=dialog]") !== null };
  });

async function tabTo(page, name, most = 60) {
  for (let count = 0; count < most; count += 1) {
    await page.keyboard.press("Tab");
    const now = await focused(page);
    if (now?.name === name) return now;
  }
  throw new Error(`${name} is not reached with Tab`);
}

test("the first Tab leads past the navigation, and what has the focus is seen on every page", () =>
  s.inApp(async (app, page) => {
    const run = await s.api.startRun("keys", oneStep("keys"));
    const pipeline = await s.api.uploadPipeline("keys", oneStep("keys"));
    await s.api.waitForRun(run.run_id);
    await app.go("/runs");
    await page.getByRole("link", { name: "keys" }).first().waitFor();
    await page.keyboard.press("Tab");
    assert.match((await focused(page)).name, /Skip/);
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    assert.equal((await focused(page)).name, "New run");
    await app.signIn();
    for (const path of ["/", "/runs", `/runs/details/${run.run_id}`, `/runs/details/${run.run_id}?tab=timeline`, "/runs/new", "/pipelines", `/pipelines/details/${pipeline.pipeline_id}`, "/pipeline_versions/new", "/experiments", "/recurringruns", "/artifacts", "/cache", "/environments", "/store/buckets", "/store/buckets/mlpipeline", "/store/buckets/mlpipeline/settings", "/store/access", "/store/policies", "/store/drives"]) {
      await app.go(path);
      await page.waitForLoadState("networkidle");
      await page.getByText("Loading…").first().waitFor({ state: "detached" });
      await page.locator("main").focus();
      const passed = new Set();
      for (let count = 0; count < 15; count += 1) {
        await page.keyboard.press("Tab");
        const now = await focused(page);
        if (!now) break; // past the last one
        if (now.tag === "MAIN") continue; // where a new page begins
        assert.ok(now.seen, `${path}: the focus on ${now.tag} "${now.name}" cannot be seen`);
        passed.add(now.name);
      }
      assert.ok(passed.size > 1, `${path}: nothing is reached`);
    }
  }));

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
