// Every dialog and menu: opened by keyboard it takes the focus, keeps it, shows it, and gives it back; accessible in both colours.
import assert from "node:assert/strict";
import { test } from "node:test";
import { focused } from "./support/keyboard.mjs";
import { oneStep } from "./support/pipelines.mjs";
import { asked } from "./support/sets.mjs";
import { suite } from "./support/suite.mjs";
import { makeWorld } from "./support/world.mjs";

const s = suite();
let world;

const button = (name) => (page) => page.locator("main").getByRole("button", { name, exact: true }).first();
const select = (label) => (page) => page.getByLabel(label, { exact: true }).first().check();
const inRow = (row, name) => (page) => page.getByRole("row", { name: row }).getByRole("button", { name, exact: true });

/** name, address, what opens it; `before`: what has to be done first; `menu`: no dialog but a menu. */
function dialogs() {
  const run = (one, more = "") => `/runs/details/${one.run_id}${more}`;
  const pipeline = `/pipelines/details/${world.pipeline.pipeline_id}`;
  const object = "/store/buckets/reports/object?key=2026%2Fsummary.csv";
  const found = async (page) => {
    await page.getByRole("combobox", { name: "Search everything" }).fill("every");
    await page.getByRole("option", { name: /everything again/ }).first().waitFor();
  };
  return [
    ["search", "/runs", (page) => page.getByRole("button", { name: /Search everything/ }).first(), { filled: found }],
    ["language", "/runs", (page) => page.getByRole("button", { name: "Language" }), { menu: true }],
    ["colours", "/runs", (page) => page.getByRole("button", { name: "Colours" }), { menu: true }],
    ["run-menu", run(world.all), button("More actions"), { menu: true }],
    ["run-terminate", run(world.running), button("Terminate")],
    ["run-resume", run(world.failed), button("Resume")],
    ["run-again-from", run(world.all, `/execution/${world.greet}`), (page) => page.getByRole("button", { name: "Run again from here" })],
    ["run-delete", run(world.old), button("Delete")],
    ["runs-menu", "/runs", button("More actions"), { before: select("Select flaky"), menu: true }],
    ["runs-terminate", "/runs", button("Terminate"), { before: select("Select never ends") }],
    ["runs-delete", "/archive/runs", button("Delete"), { before: select("Select an old run with a name that is longer than most columns") }],
    ["plan", `/runs/new?clone=${world.ofVersion.run_id}`, button("What would run?")],
    ["pipelines-delete", "/pipelines", button("Delete"), { before: select("Select typed") }],
    ["pipeline-delete-menu", pipeline, button("Delete"), { menu: true }],
    ["pipeline-tag", pipeline, button("Add a tag")],
    ["experiment-new", "/experiments", button("New experiment")],
    ["experiments-menu", "/experiments", button("More actions"), { before: select("Select Default"), menu: true }],
    ["experiment-archive", `/experiments/details/${world.all.experiment_id}`, button("Archive")],
    ["recurring-delete", `/recurringrun/details/${world.recurring.recurring_run_id}`, button("Delete")],
    ["recurrings-delete", "/recurringruns", button("Delete"), { before: select("Select every night") }],
    ["artifact-delete", `/artifacts/${world.artifact("table")}`, button("Delete")],
    ["cache-invalidate", `/cache/${world.entry}`, button("Invalidate")],
    ["cache-invalidate-many", "/cache", button("Invalidate many…")],
    ["cache-invalidate-chosen", "/cache", button("Invalidate"), { before: select("Select step") }],
    ["bucket-new", "/store/buckets", button("Create bucket")],
    ["folder-new", "/store/buckets/reports", button("New folder")],
    ["objects-delete", "/store/buckets/reports", button("Delete (1)"), { before: select("Select readme.md") }],
    ["object-delete", object, button("Delete")],
    ["object-tag", object, button("Add a tag")],
    ["version-compare", object, button("Compare")],
    ["version-delete", object, (page) => page.getByRole("region", { name: "Versions" }).getByRole("button", { name: "Delete", exact: true }).first()],
    ["bucket-delete", "/store/buckets/empty/settings", button("Delete bucket")],
    ["bucket-policy-remove", "/store/buckets/reports/settings", (page) => page.locator("main").getByRole("button", { name: "Remove", exact: true }).last()],
    ["rules-remove", "/store/buckets/reports/settings", button("Remove all rules")],
    ["user-new", "/store/access", button("Add user")],
    ["user-delete", "/store/access", inRow(/^anna/, "Delete")],
    ["group-delete", "/store/access?tab=groups", inRow(/^analysts/, "Delete")],
    ["key-delete", "/store/access?tab=keys", inRow(/nightly export/, "Delete")],
    ["policy-delete", "/store/policies?policy=readers-of-reports", button("Delete")],
  ];
}

async function tryDialog(app, page, name, path, opener, { before, filled, menu } = {}, style) {
  await page.keyboard.press("Escape"); // whatever a test before it has left open
  await app.goAfresh(path);
  await app.settled();
  await before?.(page);
  const opening = opener(page);
  await opening.waitFor();
  const focusOpening = () =>
    opening.evaluate((element) => {
      globalThis.opening = element;
      element.focus();
    });
  await focusOpening();
  const surfaces = page.getByRole(menu ? "menu" : "dialog");
  const surface = surfaces.nth(await surfaces.count()); // over what is open already
  // What has just come can be drawn anew while the key is pressed.
  await page.keyboard.press("Enter");
  await surface.waitFor({ timeout: 3000 }).catch(async () => {
    await focusOpening();
    await page.keyboard.press("Enter");
    await surface.waitFor();
  });
  await page.waitForFunction((element) => element.contains(document.activeElement), await surface.elementHandle());
  await filled?.(page);
  await app.settled();
  await app.shot(`dialog-${name}-${style}`);
  await app.checkAccessibility();
  for (let count = 0; count < 9; count += 1) {
    await page.keyboard.press(menu ? "ArrowDown" : "Tab");
    const now = await focused(page);
    assert.ok(menu ? now?.menu : now?.dialog, `the focus stays within; it is on ${now?.tag} "${now?.name}"`);
    assert.ok(now.seen, `the focus on ${now.tag} "${now.name}" cannot be seen`);
  }
  await page.keyboard.press("Escape");
  await surface.waitFor({ state: "detached" });
  await page
    .waitForFunction(() => document.activeElement === globalThis.opening, undefined, { timeout: 3000 })
    .catch(async () => assert.fail(`the focus does not come back, but goes to ${JSON.stringify(await focused(page))}`));
}

for (const [style, options] of asked) {
  test(`dialogs and menus, ${style}`, async (t) => {
    world ??= { ...(await makeWorld(s.server, s.api)), running: await s.api.startRun("never ends", oneStep("never-ends", "sleep 600")) };
    await s.inApp(
      async (app, page) => {
        await app.signIn();
        for (const [name, path, opener, more] of dialogs()) await t.test(name, () => tryDialog(app, page, name, path, opener, more, style));
      },
      options,
    );
  });
}

test("a dialog that a menu opens, and a drawer that an address opens, are left with Escape", () =>
  s.inApp(async (app, page) => {
    await app.go(`/pipelines/details/${world.pipeline.pipeline_id}`);
    await page.locator("main").getByRole("button", { name: "Delete", exact: true }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menu").waitFor();
    await page.waitForFunction(() => document.activeElement?.closest("[role=menu]"));
    await page.keyboard.press("Enter"); // on the first entry
    await page.getByRole("dialog").waitFor();
    await page.waitForFunction(() => document.activeElement?.closest("[role=dialog]"));
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.waitForFunction(() => document.activeElement?.textContent === "Delete");
    await app.go(`/environments?environment=${world.environment}`);
    await page.getByRole("dialog").waitFor();
    await page.waitForFunction(() => document.activeElement?.closest("[role=dialog]"));
    await app.checkAccessibility();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  }));
