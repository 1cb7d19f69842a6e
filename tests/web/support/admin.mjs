// Asks the store's admin API beside the app, signed with keys as programs do.
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { join } from "node:path";
import { KEYS, ROOT } from "./server.mjs";

const { AwsClient } = createRequire(join(ROOT, "web/package.json"))("aws4fetch");

export async function askAdmin(server, method, path, json, keys = KEYS) {
  const body = json === undefined ? undefined : JSON.stringify(json);
  const client = new AwsClient({ accessKeyId: keys.accessKey, secretAccessKey: keys.secretKey, service: "penstock-admin", region: "us-east-1", retries: 0 });
  const digest = createHash("sha256").update(body ?? "").digest("hex");
  const response = await client.fetch(`${server.s3}/penstock/admin/v1${path}`, { method, body, headers: { "X-Amz-Content-Sha256": digest } });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return JSON.parse(text);
}
