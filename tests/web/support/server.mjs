// The server under test: a real process on ports of its own, with known root keys.
import { spawn } from "node:child_process";
import { mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const BINARY = process.env.PENSTOCK_BINARY ?? join(ROOT, "build/release/penstock");

export const KEYS = { accessKey: "web-tests-root", secretKey: "a secret of the tests" };

export async function startServer(...options) {
  const folder = mkdtempSync(join(tmpdir(), "penstock-web-"));
  const log = join(folder, "server.log");
  const child = spawn(
    BINARY,
    ["server", "--data-dir", join(folder, "data"), "--address", "127.0.0.1:0", "--s3-address", "127.0.0.1:0", ...options],
    {
      stdio: ["ignore", "pipe", openSync(log, "a")],
      env: { ...process.env, PENSTOCK_ROOT_USER: KEYS.accessKey, PENSTOCK_ROOT_PASSWORD: KEYS.secretKey },
    },
  );
  const urls = {};
  for await (const line of createInterface({ input: child.stdout })) {
    const match = /^(Pipelines API|S3)\s+(http\S+)/.exec(line);
    if (match) urls[match[1]] = match[2];
    if (urls.S3 && urls["Pipelines API"]) break;
  }
  if (!urls.S3) throw new Error(`the server did not start:\n${readFileSync(log, "utf8")}`);
  return {
    url: urls["Pipelines API"],
    s3: urls.S3,
    async stop() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
