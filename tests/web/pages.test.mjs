// Every page: it shows what it should, in both colours and widths, without faults and accessibly.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Api } from "./support/api.mjs";
import { App, launch } from "./support/browser.mjs";
import { startServer } from "./support/server.mjs";
import { asked } from "./support/sets.mjs";
import { makeWorld, pipelinePages, storePages } from "./support/world.mjs";

let server;
let browser;
let world;

before(async () => {
  server = await startServer();
  browser = await launch();
  world = await makeWorld(server, new Api(server.url));
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

async function look(app, name, path, text, style) {
  await app.goAfresh(path);
  await app.page.getByText(text).first().waitFor({ state: "attached" });
  await app.settled(); // what comes in late is to be in the picture too
  await app.shot(`${name}-${style}`, { fullPage: true });
  await app.checkAccessibility();
  // Documents that are shown may bring more.
  assert.ok((await app.page.locator("main h1").count()) >= 1, `${name} has no heading`);
  const overflow = await app.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(overflow <= 0, `${name} at ${style} is ${overflow} pixels wider than the window`);
}

for (const [style, options] of asked) {
  test(`pages of the pipelines side, ${style}`, async (t) => {
    const app = await App.open(browser, server.url, options);
    for (const [name, path, text] of pipelinePages(world)) await t.test(name, () => look(app, name, path, text, style));
    await app.close();
  });
  test(`the first look, ${style}`, async () => {
    // What somebody sees on a server where nothing has been done yet.
    const fresh = await startServer();
    try {
      const app = await App.open(browser, fresh.url, options);
      await look(app, "home-first", "/", "Run the sample", style);
      await app.close();
    } finally {
      await fresh.stop();
    }
  });
  test(`pages of the store, ${style}`, async (t) => {
    const app = await App.open(browser, server.url, options);
    await t.test("store-sign-in", () => look(app, "store-sign-in", "/store/buckets", "Sign in to the store", style));
    await app.signIn();
    for (const [name, path, text] of storePages()) await t.test(name, () => look(app, name, path, text, style));
    await app.close();
  });
}
