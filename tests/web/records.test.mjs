// What the app shows of files and tasks that are larger, or from elsewhere, than a page of its own would be.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { oneStep, reader } from "./support/pipelines.mjs";
import { KEYS, ROOT } from "./support/server.mjs";
import { suite } from "./support/suite.mjs";

const { AwsClient } = createRequire(join(ROOT, "web/package.json"))("aws4fetch");
const s = suite();

async function put(path, body = "") {
  const client = new AwsClient({ accessKeyId: KEYS.accessKey, secretAccessKey: KEYS.secretKey, service: "s3", region: "us-east-1" });
  const response = await client.fetch(`${s.server.s3}/${path}`, { method: "PUT", body });
  assert.ok(response.ok, `${path}: ${response.status}`);
}

/** A zip of two arrays, the first of which takes 5 MiB, so that the second and the list of both lie behind what a preview fetches. */
function largeArrays() {
  const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n";
  const npy = (length) => Buffer.concat([Buffer.from([0x93]), Buffer.from("NUMPY"), Buffer.from([1, 0, header.length, 0]), Buffer.from(header), Buffer.alloc(length)]);
  const u16 = (value) => Buffer.from(new Uint16Array([value]).buffer);
  const u32 = (value) => Buffer.from(new Uint32Array([value]).buffer);
  const file = [];
  const list = [];
  let at = 0;
  for (const [name, body] of [["first.npy", npy(5 << 20)], ["second.npy", npy(24)]]) {
    const facts = [u16(20), u16(0), u16(0), u32(0), u32(0), u32(body.length), u32(body.length), u16(name.length), u16(0)];
    const entry = Buffer.concat([u32(0x04034b50), ...facts, Buffer.from(name), body]);
    list.push(Buffer.concat([u32(0x02014b50), u16(20), ...facts, u16(0), u16(0), u16(0), u32(0), u32(at), Buffer.from(name)]));
    file.push(entry);
    at += entry.length;
  }
  const central = Buffer.concat(list);
  return Buffer.concat([...file, central, u32(0x06054b50), u16(0), u16(0), u16(2), u16(2), u32(central.length), u32(at), u16(0)]);
}

test("what a file of any size says of itself is read where it says it", () =>
  s.inApp(async (app, page) => {
    await put("models");
    await put("models/large.npz", largeArrays());
    const run = await s.api.startRun("imports", reader("imports", "minio://models/large.npz"));
    await s.api.waitForRun(run.run_id);
    const { artifacts } = await s.api.get(`/artifacts?run_id=${run.run_id}`);
    const artifact = artifacts.find((one) => one.uri.endsWith("large.npz"));
    let asked = 0;
    page.on("response", async (response) => {
      if (response.url().includes(":download")) asked += Number(response.headers()["content-length"] ?? Number.NaN);
    });
    await app.go(`/artifacts/${artifact.artifact_id}`);
    await page.getByText("NumPy (npz)").waitFor();
    await page.getByText("second").waitFor();
    assert.equal(await page.getByText("2 × 3").count(), 2);
    assert.ok(asked > 0 && asked < 5 << 20, `${asked} bytes were asked for`);
    await app.shot("large-model");
  }));

test("tasks that others have recorded are told from the server's own", () =>
  s.inApp(async (app, page) => {
    const run = await s.api.startRun("helped", oneStep("helped"));
    await s.api.waitForRun(run.run_id);
    const root = (await s.api.get(`/tasks?run_id=${run.run_id}`)).tasks.find((one) => one.type === "ROOT");
    await s.api.ask("POST", "/tasks", { run_id: run.run_id, parent_task_id: root.task_id, name: "on-a-cluster", display_name: "On a cluster", type: "RUNTIME", state: "SUCCEEDED" });
    await app.go(`/runs/details/${run.run_id}`);
    const node = page.locator('[data-node="on-a-cluster"]');
    await node.getByText("from outside").waitFor();
    await node.click();
    const panel = page.getByRole("complementary");
    await panel.getByText(/it did not run on this server/).waitFor();
    assert.equal(await panel.getByRole("tab", { name: "Log" }).count(), 0);
    await app.checkAccessibility();
    await app.shot("outside-task");
  }));

test("buckets are found, put in order, and paged", () =>
  s.inApp(async (app, page) => {
    for (let number = 10; number < 35; number += 1) await put(`paged-${number}`);
    await put("paged-22/object", "x".repeat(50_000));
    await app.signIn();
    await app.go("/store/buckets?q=paged");
    const rows = page.getByRole("region", { name: "Buckets" }).getByRole("row");
    await page.getByRole("link", { name: "paged-10", exact: true }).waitFor();
    assert.equal(await rows.count(), 21);
    await page.getByRole("button", { name: "Next page" }).click();
    await page.getByRole("link", { name: "paged-34", exact: true }).waitFor();
    await page.getByRole("button", { name: /Sort by Size/ }).click();
    await page.getByRole("link", { name: "paged-22", exact: true }).waitFor();
    assert.match(await rows.nth(1).innerText(), /paged-22/);
    assert.match(page.url(), /sort=bytes/);
    await app.checkAccessibility();
    await app.shot("buckets-paged");
  }));
