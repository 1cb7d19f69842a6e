// How the app is served: what browsers may keep, run and embed.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "./support/server.mjs";
import { suite } from "./support/suite.mjs";

const s = suite();

test("the page is asked for again, its files are kept for ever, all compressed", async () => {
  const page = await fetch(`${s.server.url}/`);
  assert.equal(page.headers.get("cache-control"), "no-cache");
  assert.match(page.headers.get("content-security-policy"), /script-src 'self';/);
  const html = await page.text();
  assert.ok(!/<script(?![^>]*src=)/.test(html), "no inline script");
  const script = /assets\/[^"]+\.js/.exec(html)[0];
  for (const [accept, encoding] of [["br", "br"], ["gzip", "gzip"]]) {
    const response = await fetch(`${s.server.url}/${script}`, { headers: { "Accept-Encoding": accept } });
    assert.equal(response.headers.get("content-encoding"), encoding);
    assert.match(response.headers.get("cache-control"), /immutable/);
    assert.match(await response.text(), /React|import|function/);
  }
  const again = await fetch(`${s.server.url}/`, { headers: { "If-None-Match": page.headers.get("etag") } });
  assert.ok([200, 304].includes(again.status));
});

test("the store takes only signed requests by this way, and none of its answers is a page", async () => {
  const unsigned = await fetch(`${s.server.url}/penstock/s3/mlpipeline/x`);
  assert.equal(unsigned.status, 403);
  const claimed = await fetch(`${s.server.url}/penstock/s3/mlpipeline/x?X-Amz-Signature=0`);
  assert.match(claimed.headers.get("content-security-policy"), /sandbox/);
  assert.match(claimed.headers.get("content-disposition"), /attachment/);
});

test("the API is as it was", async () => {
  assert.equal((await fetch(`${s.server.url}/apis/v2beta1/healthz`)).status, 200);
  const nowhere = await fetch(`${s.server.url}/apis/v2beta1/nowhere`);
  assert.equal(nowhere.status, 404);
  assert.equal((await nowhere.json()).code, 5);
});

test("the server still says all that the app's types were made from", async () => {
  const known = JSON.parse(readFileSync(join(ROOT, "web/openapi.json"), "utf8"));
  const told = await (await fetch(`${s.server.url}/apis/v2beta1/openapi.json`)).json();
  const missing = [];
  for (const [path, methods] of Object.entries(known.paths)) {
    for (const method of Object.keys(methods)) if (!told.paths[path]?.[method]) missing.push(`${method} ${path}`);
  }
  for (const [name, schema] of Object.entries(known.components.schemas)) {
    for (const property of Object.keys(schema.properties ?? {})) {
      if (!told.components.schemas[name]?.properties?.[property]) missing.push(`${name}.${property}`);
    }
  }
  assert.deepEqual(missing, [], "put the server's document into web/openapi.json, then npm run types");
});
