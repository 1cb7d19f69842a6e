// Chromium, driven by playwright-core, with axe for accessibility.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { KEYS, ROOT } from "./server.mjs";

const require = createRequire(join(ROOT, "web/package.json"));
const { chromium } = require("playwright-core");
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const QUIET = 100; // ms without a request, after which a page has what it asks for
const MOST_WAIT = 5_000; // ms; whether a frame or a request that was given up has ended is not always told
const SHOTS = process.env.PENSTOCK_WEB_SHOTS ?? join(ROOT, "build/web-shots");

export async function launch() {
  mkdirSync(SHOTS, { recursive: true });
  return chromium.launch({ executablePath: process.env.PENSTOCK_CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
}

/** One window of the app. Whatever goes wrong in it without being shown fails the test that closes it. */
export class App {
  static async open(browser, url, options = {}) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-US", ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    return new App(context, page, url);
  }

  constructor(context, page, url) {
    this.context = context;
    this.page = page;
    this.url = url;
    this.faults = [];
    page.on("pageerror", (error) => this.faults.push(error.message));
    page.on("console", (message) => {
      // A request that is refused is part of some tests; a policy that was breached never is.
      if (message.type() === "error" && !/Failed to load resource/.test(message.text())) this.faults.push(message.text());
    });
    this.underWay = new Set();
    this.lastRequest = Date.now();
    this.followRequests();
  }

  followRequests() {
    // What is live does not end, and what a frame's page asks for is that page's affair.
    const own = (request) => request.resourceType() !== "eventsource" && request.frame() === this.page.mainFrame();
    const changed = (change) => (request) => {
      if (!own(request)) return;
      this.underWay[change](request);
      this.lastRequest = Date.now();
    };
    this.page.on("request", changed("add"));
    this.page.on("requestfinished", changed("delete"));
    this.page.on("requestfailed", changed("delete"));
  }

  async go(path) {
    this.lastRequest = Date.now();
    await this.page.goto(`${this.url}/#${path}`);
  }

  /** Goes by a page that has nothing: what the address before showed is seen until the next has come. */
  async goAfresh(path) {
    await this.go("/nowhere");
    await this.heading("There is no such page").waitFor();
    await this.go(path);
  }

  /** Waits until what the page asks the server for has come, as far as it is told, and is drawn. */
  async settled() {
    const end = Date.now() + MOST_WAIT;
    while ((this.underWay.size > 0 || Date.now() - this.lastRequest < QUIET) && Date.now() < end) await pause(20);
    for (const frame of this.page.frames()) await frame.waitForLoadState("load", { timeout: 2_000 }).catch(() => {});
    await this.page.getByText(/Loading…|加载中…/).first().waitFor({ state: "detached" });
  }

  async signIn() {
    await this.go("/store/buckets");
    await this.page.getByLabel("Access key").fill(KEYS.accessKey);
    await this.page.getByLabel("Secret key").fill(KEYS.secretKey);
    await this.page.getByRole("button", { name: "Sign in" }).click();
    await this.signedInAs(KEYS.accessKey);
  }

  signedInAs(user) {
    return this.page.getByRole("button", { name: `Signed in as ${user}` }).waitFor();
  }

  async signOut() {
    await this.page.getByRole("button", { name: /^Signed in as/ }).click();
    await this.page.getByRole("menuitem", { name: "Sign out" }).click();
  }

  heading(name) {
    return this.page.getByRole("heading", { name, exact: true }).first();
  }

  async shot(name, options = {}) {
    await this.page.screenshot({ path: join(SHOTS, `${name}.png`), ...options });
  }

  /** WCAG 2.1 A and AA, as far as a program can tell. */
  async checkAccessibility() {
    // The page's policy allows no foreign script, so it comes by the debugger.
    await this.page.evaluate(AXE);
    const { violations } = await this.page.evaluate(() =>
      globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] }),
    );
    const told = violations.map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.slice(0, 4).map((node) => `  ${node.target.join(" ")}  ${node.html.slice(0, 160)}`).join("\n")}`);
    assert.equal(told.length, 0, `${this.page.url()}\n${told.join("\n")}`);
  }

  async close() {
    await this.context.close();
    assert.deepEqual(this.faults, []);
  }
}
