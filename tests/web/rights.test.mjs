// The pipelines side with sign-in: who one is, where one wanted to go, and what is offered to whom.
import assert from "node:assert/strict";
import { test } from "node:test";
import { askAdmin } from "./support/admin.mjs";
import { oneStep } from "./support/pipelines.mjs";
import { KEYS } from "./support/server.mjs";
import { usual } from "./support/sets.mjs";
import { suite } from "./support/suite.mjs";

const s = suite("--api-auth");
const SECRET = "the-secret-of-one-of-them";
let world;

/** What an admin has made, asked with a session as the app has one. */
async function makeWorld() {
  const response = await fetch(`${s.server.url}/penstock/session`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ access_key: KEYS.accessKey, secret_key: KEYS.secretKey }) });
  assert.equal(response.status, 200, await response.clone().text());
  s.api.headers = { Cookie: response.headers.get("set-cookie").split(";")[0] };
  for (const [user, policies] of [["reader", ["readonly"]], ["runner", ["pipelinesRunner"]], ["nobody", ["writeonly"]]]) {
    await askAdmin(s.server, "PUT", `/users/${user}`, { secret_key: SECRET, policies });
  }
  const pipeline = await s.api.uploadPipeline("guarded", oneStep("guarded"));
  const run = await s.api.startRun("of an admin", oneStep("of-an-admin", 'mkdir -p "$(dirname "$0")"; echo made > "$0"'));
  await s.api.waitForRun(run.run_id);
  const recurring = await s.api.ask("POST", "/recurringruns", {
    display_name: "every night", mode: "DISABLE", max_concurrency: "1", runtime_config: {},
    pipeline_version_reference: { pipeline_id: pipeline.pipeline_id },
    trigger: { cron_schedule: { cron: "0 30 2 * * *" } },
  });
  return { pipeline, run, recurring };
}

/** A window of the app before the world that the first of the tests makes. */
const inWorld = async (body) => {
  world ??= await makeWorld();
  await s.inApp(body);
};

async function signInAs(app, user, secret = SECRET) {
  const { page } = app;
  await page.getByRole("heading", { name: "Sign in to Penstock" }).waitFor();
  await page.getByLabel("Access key").fill(user);
  await page.getByLabel("Secret key").fill(secret);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

/** In sight, but not to be used, and saying why. */
async function assertBlocked(page, role, name) {
  const button = page.locator("main, [role=menu]").getByRole(role, { name, exact: true }).first();
  await button.and(page.locator("[aria-disabled=true]")).waitFor();
  await button.hover();
  await page.getByRole("tooltip").getByText(/Your rights do not cover this \(pipelines:/).waitFor();
  await page.mouse.move(0, 0);
}

async function assertOffered(page, role, name) {
  const button = page.locator("main").getByRole(role, { name, exact: true }).first();
  await button.waitFor();
  assert.equal(await button.getAttribute("aria-disabled"), null, `${name} is to be offered`);
}

test("who comes without a session signs in and is where they wanted to be", () =>
  inWorld(async (app, page) => {
    await app.go(`/runs/details/${world.run.run_id}?tab=details`);
    await signInAs(app, "reader", "wrong");
    await page.getByRole("alert").waitFor();
    for (const [style, { viewport, ...media }] of usual) {
      await page.setViewportSize(viewport);
      await page.emulateMedia(media);
      await app.shot(`sign-in-${style}`);
      await app.checkAccessibility();
    }
    await page.setViewportSize(usual[0][1].viewport);
    await signInAs(app, "reader");
    await app.heading("of an admin").waitFor();
    await page.getByText("What happened").waitFor(); // the tab too
    await app.signedInAs("reader");
    assert.match(page.url(), /tab=details$/);
    // The same sign-in serves the store, and a reload needs none.
    await app.go("/store/buckets");
    await app.heading("Buckets").waitFor();
    await page.reload();
    await app.heading("Buckets").waitFor();
    // Another window knows by the cookie who it is.
    const other = await app.context.newPage();
    await other.goto(`${s.server.url}/#/runs`);
    await other.getByRole("link", { name: "of an admin" }).waitFor();
    await other.getByRole("button", { name: "Signed in as reader" }).waitFor();
    await other.close();
    await app.go("/runs");
    await page.getByRole("link", { name: "of an admin" }).waitFor();
    await app.signOut();
    await page.getByRole("heading", { name: "Sign in to Penstock" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Sign in to Penstock" }).waitFor();
    assert.equal(await page.getByText("of an admin").count(), 0, "nothing of before is left in sight");
  }));

test("a reader sees everything and is offered no change", () =>
  inWorld(async (app, page) => {
    await app.go("/pipelines");
    await signInAs(app, "reader");
    await assertBlocked(page, "button", "Upload pipeline");
    const pages = [
      ["runs", "/runs", "of an admin", ["New run"]],
      ["run", `/runs/details/${world.run.run_id}`, "Succeeded", ["Clone"]],
      ["pipeline", `/pipelines/details/${world.pipeline.pipeline_id}`, "guarded", ["Upload version", "Create run"]],
      ["upload", "/pipeline_versions/new", "Drop a package here", ["Upload pipeline"]],
      ["experiments", "/experiments", "Default", ["New experiment"]],
      ["experiment", `/experiments/details/${world.run.experiment_id}`, "of an admin", ["Archive", "New run"]],
      ["recurring", "/recurringruns", "every night", ["New recurring run"]],
      ["recurring-run", `/recurringrun/details/${world.recurring.recurring_run_id}`, "every night", ["Enable", "Delete"]],
      ["new-run", `/runs/new?pipeline=${world.pipeline.pipeline_id}`, "Run name", ["Start run"]],
      ["cache", "/cache", "Cache", ["Invalidate many…"]],
      ["home", "/", "Recent runs", []],
    ];
    for (const [name, path, text, blocked] of pages) {
      await app.go(path);
      await page.locator("main").getByText(text).first().waitFor();
      for (const button of blocked) await assertBlocked(page, "button", button);
      await app.shot(`rights-reader-${name}`);
      await app.checkAccessibility();
    }
    await app.go("/runs");
    await page.getByLabel("Select of an admin").check();
    await page.getByRole("button", { name: "More" }).first().click();
    await assertBlocked(page, "menuitem", "Archive");
    await page.keyboard.press("Escape");
    // By keyboard it is reached, and says why, and does nothing.
    await app.go("/experiments");
    const create = page.getByRole("button", { name: "New experiment" });
    await create.and(page.locator("[aria-disabled=true]")).waitFor();
    await create.focus();
    await page.getByRole("tooltip").getByText("pipelines:WriteExperiments").waitFor();
    await page.keyboard.press("Enter");
    assert.equal(await page.getByRole("dialog").count(), 0);
  }));

test("a runner starts runs and changes nothing else", () =>
  inWorld(async (app, page) => {
    await app.go(`/pipelines/details/${world.pipeline.pipeline_id}`);
    await signInAs(app, "runner");
    await assertBlocked(page, "button", "Upload version");
    await assertOffered(page, "link", "Create run");
    await page.getByRole("link", { name: "Create run" }).click();
    await page.getByRole("button", { name: "Start run" }).click();
    await page.waitForURL(/runs\/details/);
    const id = page.url().split("/").at(-1);
    assert.equal((await s.api.waitForRun(id)).state, "SUCCEEDED");
    await page.getByRole("button", { name: "More actions" }).click();
    await assertBlocked(page, "menuitem", "Archive");
    await app.shot("rights-runner-run");
    await app.checkAccessibility();
    await page.keyboard.press("Escape");
    await app.go("/recurringruns");
    await assertBlocked(page, "button", "New recurring run");
    // Somebody gives them more: what is refused or asked for next shows it.
    await askAdmin(s.server, "POST", "/users/runner/policies", { policies: ["pipelinesAdmin"] });
    await page.reload();
    await assertOffered(page, "link", "New recurring run");
    await askAdmin(s.server, "DELETE", "/users/runner/policies", { policies: ["pipelinesAdmin"] });
    // And takes it away while the page is open: what is tried is refused, if it is still offered, and then it is not any more.
    await app.go(`/recurringrun/details/${world.recurring.recurring_run_id}`);
    await page.getByRole("button", { name: "Enable" }).click({ timeout: 5000 }).catch(() => {});
    await assertBlocked(page, "button", "Enable");
    assert.equal((await s.api.get(`/recurringruns/${world.recurring.recurring_run_id}`)).status, "DISABLED");
  }));

test("an admin is offered everything", () =>
  inWorld(async (app, page) => {
    await app.go("/pipelines");
    await signInAs(app, KEYS.accessKey, KEYS.secretKey);
    await assertOffered(page, "link", "Upload pipeline");
    await app.go(`/recurringrun/details/${world.recurring.recurring_run_id}`);
    await page.getByRole("button", { name: "Enable" }).click();
    await page.getByRole("button", { name: "Disable" }).waitFor();
    await page.getByRole("button", { name: "Disable" }).click();
    await page.getByRole("button", { name: "Enable" }).waitFor();
    await app.go(`/runs/details/${world.run.run_id}`);
    await assertOffered(page, "link", "Clone");
    await app.shot("rights-admin-run");
    await app.checkAccessibility();
  }));

test("who may not even look is told so, and sections they cannot read are left out", () =>
  inWorld(async (app, page) => {
    await app.go(`/runs/details/${world.run.run_id}`);
    await signInAs(app, "nobody");
    await app.heading("You may not do that").waitFor();
    await page.getByText(/pipelines:ReadRuns/).first().waitFor();
    const navigation = page.getByRole("navigation", { name: "Pipelines" });
    await navigation.getByRole("link", { name: "Runs", exact: true }).waitFor({ state: "detached" });
    assert.deepEqual(await navigation.getByRole("link").allInnerTexts(), ["Overview"]);
    await app.shot("rights-nobody");
    await app.checkAccessibility();
    // Searching finds what there is for them: nothing, without a fault.
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Search everything" }).fill("of an admin");
    await page.getByText("Nothing is called “of an admin”.").waitFor();
  }));

test("a session that has ended leads to the sign-in and back", () =>
  inWorld(async (app, page) => {
    await app.go("/runs");
    await signInAs(app, "reader");
    await page.getByRole("link", { name: "of an admin" }).waitFor();
    await app.context.clearCookies();
    await app.go(`/pipelines/details/${world.pipeline.pipeline_id}`);
    await signInAs(app, "runner");
    await app.heading("guarded").waitFor();
    await app.signedInAs("runner");
  }));
