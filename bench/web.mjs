// How quick the web app is: the first load, a run's page, a graph of a thousand tasks, a log of
// 100 MB, a folder of very many keys. Prints a table in Markdown.
//
// usage: node bench/web.mjs [KEYS [PART…]]   (PENSTOCK_BINARY names the server; KEYS: how many objects, 20000;
// PART: start, run, graph, log, keys; all where none is named)
import { createRequire } from "node:module";
import { join } from "node:path";
import { App, launch } from "../tests/web/support/browser.mjs";
import { Api } from "../tests/web/support/api.mjs";
import { everything, oneStep, wide } from "../tests/web/support/pipelines.mjs";
import { KEYS as SIGNERS, ROOT, startServer } from "../tests/web/support/server.mjs";

const { AwsClient } = createRequire(join(ROOT, "web/package.json"))("aws4fetch");

const KEYS = Number(process.argv[2] ?? 20_000);
const PARTS = process.argv.slice(3);
const REPEATS = 5;
const PATIENCE_SECONDS = 180;
const rows = [];
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const spread = (list, unit) => `${Math.round(median(list))} ${unit} (${Math.round(Math.min(...list))}–${Math.round(Math.max(...list))})`;

/** Each time in a window of its own, so that nothing is kept. */
async function inWindows(browser, url, measure) {
  const times = [];
  for (let count = 0; count < REPEATS; count += 1) {
    const app = await App.open(browser, url);
    times.push(await measure(app, app.page));
    await app.close();
  }
  return times;
}

async function firstLoad(browser, server) {
  const sizes = await inWindows(browser, server.url, async (app, page) => {
    let bytes = 0;
    page.on("response", async (response) => {
      if (/\.js$/.test(new URL(response.url()).pathname)) bytes += (await response.request().sizes().catch(() => ({ responseBodySize: 0 }))).responseBodySize;
    });
    await app.go("/runs");
    await page.getByRole("heading", { name: "Runs" }).waitFor();
    await page.waitForLoadState("networkidle");
    return bytes / 1024;
  });
  rows.push(["compressed script until the list of runs is there", spread(sizes, "KiB")]);
}

/** Counts the processor time of a page's main thread from here on, in milliseconds: steadier than a clock on a busy machine. */
async function threadTime(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  return async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return 1000 * (metrics.find((one) => one.name === "TaskDuration")?.value ?? Number.NaN);
  };
}

/** Notes, by the page's own clock, when a task of the graph can be hit, clicks it at once, and notes when its panel has been drawn. */
function clickWhenThere(node) {
  const selector = `[data-node="${node}"]`;
  const hit = () => {
    const button = document.querySelector(selector);
    const box = button?.getBoundingClientRect();
    return box && button.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)) ? button : undefined;
  };
  const look = () => {
    if (!globalThis.there_) {
      const button = hit();
      if (button) {
        globalThis.there_ = performance.now();
        button.click();
      }
    } else if (document.querySelector("aside")) {
      // After the frame that shows it.
      setTimeout(() => (globalThis.answered_ = performance.now()));
      return;
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

// A new window of Chromium is busy with itself for a while, with pages of its own.
const WINDOW_SETTLES_MS = 2500;

async function runPage(browser, server, run) {
  const worked = [];
  const there = [];
  const times = await inWindows(browser, server.url, async (app, page) => {
    const thread = await threadTime(page);
    await page.addInitScript(clickWhenThere, "exit-handler-1/greet");
    await page.goto("about:blank");
    await new Promise((resolve) => setTimeout(resolve, WINDOW_SETTLES_MS));
    await app.go(`/runs/details/${run.run_id}`);
    await page.waitForFunction(() => globalThis.answered_, null, { polling: 100 });
    worked.push(await thread());
    there.push(await page.evaluate(() => globalThis.there_));
    return page.evaluate(() => globalThis.answered_);
  });
  rows.push(["run page, from nothing to its graph", spread(there, "ms")]);
  rows.push(["run page, from nothing to a task that was clicked", spread(times, "ms")]);
  rows.push(["the same, processor time of the page's main thread", spread(worked, "ms")]);
}

/** How long the frames took while `act` went on, by the browser's own clock. */
async function frames(page, act) {
  await page.evaluate(() => {
    globalThis.frames_ = [];
    let last = performance.now();
    const tick = (now) => {
      globalThis.frames_.push(now - last);
      last = now;
      globalThis.ticking_ = requestAnimationFrame(tick);
    };
    globalThis.ticking_ = requestAnimationFrame(tick);
  });
  await act();
  return page.evaluate(() => {
    cancelAnimationFrame(globalThis.ticking_);
    return globalThis.frames_;
  });
}

const framesText = (list) => {
  const sorted = [...list].sort((a, b) => a - b);
  return `${Math.round(median(list))} ms a frame, 95 % within ${Math.round(sorted[Math.floor(sorted.length * 0.95)])} ms, ${list.length} frames`;
};

async function largeGraph(browser, server, api) {
  const pipeline = await api.uploadPipeline("a thousand", wide(1000));
  const app = await App.open(browser, server.url);
  const { page } = app;
  page.setDefaultTimeout(60_000);
  const thread = await threadTime(page);
  const start = performance.now();
  await app.go(`/pipelines/details/${pipeline.pipeline_id}`);
  await page.locator("[data-node]").first().waitFor();
  rows.push(["graph of 1,000 tasks, until it is drawn", `${Math.round(performance.now() - start)} ms`]);
  rows.push(["the same, processor time of the page's main thread", `${Math.round(await thread())} ms`]);
  const box = await page.locator(".react-flow__pane").boundingBox();
  for (let zoom = 0; zoom < 6; zoom += 1) await page.getByRole("button", { name: "Zoom in" }).click();
  const panned = await frames(page, async () => {
    await page.mouse.move(box.x + box.width / 2, box.y + 20);
    await page.mouse.down();
    for (let step = 0; step < 60; step += 1) await page.mouse.move(box.x + box.width / 2 + 6 * Math.sin(step / 3) * step, box.y + 20 + step * 5);
    await page.mouse.up();
  });
  rows.push(["graph of 1,000 tasks, while it is dragged about", framesText(panned)]);
  await app.close();
}

async function largeLog(browser, server, api) {
  const line = "x".repeat(99);
  const run = await api.startRun("large log", oneStep("large-log", `yes ${line} | head -n 1000000`));
  await api.waitForRun(run.run_id, 120);
  const step = (await api.get(`/tasks?run_id=${run.run_id}`)).tasks.find((task) => task.name === "step");
  const app = await App.open(browser, server.url);
  const { page } = app;
  page.setDefaultTimeout(120_000);
  const start = performance.now();
  await app.go(`/runs/details/${run.run_id}/execution/${step.task_id}?view=log`);
  await page.getByText(/^[\d,]{3,9} lines/).waitFor();
  rows.push(["log of 100 MB, until its first lines are there", `${Math.round(performance.now() - start)} ms`]);
  await page.getByText(/^1,00\d,\d{3} lines/).waitFor();
  rows.push(["log of 100 MB, until all of it is there", `${Math.round(performance.now() - start)} ms`]);
  const log = page.getByRole("log");
  const scrolled = await frames(page, async () => {
    for (let part = 0; part <= 60; part += 1) await log.evaluate((element, at) => (element.scrollTop = (element.scrollHeight * at) / 60), part);
  });
  rows.push(["log of 100 MB, while it is scrolled from end to end", framesText(scrolled)]);
  const searching = performance.now();
  await page.getByLabel("Search the log").fill("xxxx");
  await log.locator("mark").first().waitFor();
  rows.push(["log of 100 MB, a text found", `${Math.round(performance.now() - searching)} ms`]);
  const memory = await page.evaluate(() => performance.memory?.usedJSHeapSize ?? 0);
  rows.push(["log of 100 MB, memory of the page's scripts", `${Math.round(memory / 2 ** 20)} MiB`]);
  await app.close();
}

/** Empty objects of one folder, put by many requests at once. */
async function putKeys(server) {
  const client = new AwsClient({ accessKeyId: SIGNERS.accessKey, secretAccessKey: SIGNERS.secretKey, service: "s3", region: "us-east-1", retries: 0 });
  const put = async (path) => {
    const response = await client.fetch(`${server.s3}/${path}`, { method: "PUT", body: "" });
    if (!response.ok) throw new Error(`put ${path}: ${response.status} ${await response.text()}`);
    await response.arrayBuffer();
  };
  await put("many");
  let next = 0;
  const worker = async () => {
    while (next < KEYS) await put(`many/key-${String(next++).padStart(7, "0")}`);
  };
  await Promise.all(Array.from({ length: 32 }, worker));
}

async function manyKeys(browser, server) {
  await putKeys(server);
  const app = await App.open(browser, server.url);
  const { page } = app;
  page.setDefaultTimeout(60_000);
  await app.signIn();
  const start = performance.now();
  await app.go("/store/buckets/many");
  await page.getByRole("link", { name: "key-0000000" }).waitFor();
  rows.push([`folder of ${KEYS} keys, until the first are there`, `${Math.round(performance.now() - start)} ms`]);
  const scrolled = await frames(page, async () => {
    for (let turn = 0; turn < 80; turn += 1) {
      await page.mouse.move(700, 500);
      await page.mouse.wheel(0, 4000);
    }
  });
  rows.push([`folder of ${KEYS} keys, while it is scrolled`, framesText(scrolled)]);
  rows.push([`folder of ${KEYS} keys, rows in the page`, String(await page.getByRole("listitem").count())]);
  await app.close();
}

/** No part holds up the others for ever. */
function tooLong(name) {
  return new Promise((_, reject) => setTimeout(() => reject(new Error(`${name} took more than ${PATIENCE_SECONDS} s`)), PATIENCE_SECONDS * 1000).unref());
}

const server = await startServer();
const browser = await launch();
try {
  const api = new Api(server.url);
  const run = await api.startRun("everything", everything());
  await api.waitForRun(run.run_id);
  for (const [name, part] of Object.entries({
    start: () => firstLoad(browser, server),
    run: () => runPage(browser, server, run),
    graph: () => largeGraph(browser, server, api),
    log: () => largeLog(browser, server, api),
    keys: () => manyKeys(browser, server),
  })) {
    if (PARTS.length > 0 && !PARTS.includes(name)) continue;
    const began = performance.now();
    await Promise.race([part(), tooLong(name)]).catch((error) => rows.push([name, `not measured: ${String(error.message).split("\n")[0]}`]));
    console.error(`${name}: ${Math.round((performance.now() - began) / 1000)} s`);
  }
} finally {
  await browser.close();
  await server.stop();
}
console.log("| what | measured |\n|---|---|");
for (const [what, measured] of rows) console.log(`| ${what} | ${measured} |`);
