// A real OpenID Connect provider (oidc-provider) on a port of its own, and the way back from it.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ROOT } from "./server.mjs";

const DONE = "/penstock/sign-in/done";

/** Null where the provider's packages cannot be had. */
export async function startProvider() {
  const made = spawnSync(join(ROOT, "scripts/oidc-provider"), { encoding: "utf8" });
  if (made.status !== 0) return null;
  // The provider has to know where it sends people back to before the server under test has an
  // address: they come here, and are sent on.
  const way = { to: "" };
  const back = createServer((request, response) => response.writeHead(302, { Location: `${way.to}${request.url}` }).end());
  back.listen(0, "127.0.0.1");
  await once(back, "listening");
  const redirect = `http://127.0.0.1:${back.address().port}${DONE}`;
  const child = spawn("node", ["provider.mjs", redirect], { cwd: made.stdout.trim(), stdio: ["ignore", "pipe", "ignore"] });
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  const { issuer } = JSON.parse(line);
  return {
    options: ["--oidc-config-url", `${issuer}/.well-known/openid-configuration`, "--oidc-client-id", "penstock", "--oidc-redirect-uri", redirect],
    leadTo: (url) => {
      way.to = url;
    },
    stop: () => {
      child.kill("SIGTERM");
      back.close();
    },
  };
}
