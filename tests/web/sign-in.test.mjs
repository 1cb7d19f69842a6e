// Signing in to the store with an OpenID Connect provider, through its own pages in the browser.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { App, launch } from "./support/browser.mjs";
import { startProvider } from "./support/oidc.mjs";
import { startServer } from "./support/server.mjs";

let provider;
let server;
let browser;

before(async () => {
  provider = await startProvider();
  if (!provider) return;
  process.env.PENSTOCK_OIDC_CLIENT_SECRET = "penstock-secret";
  server = await startServer(...provider.options);
  provider.leadTo(server.url);
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await server?.stop();
  provider?.stop();
});

test("a person of the provider signs in, sees what the claims allow, and signs out", async (t) => {
  if (!provider) return t.skip("the provider's packages are not to be had");
  const app = await App.open(browser, server.url);
  const { page } = app;
  await app.go("/store/buckets");
  await page.getByRole("link", { name: "Sign in with your organisation" }).click();
  await page.getByPlaceholder("Enter any login").fill("dave");
  await page.getByPlaceholder("and password").fill("whatever");
  await page.getByRole("button", { name: "Sign-in" }).click();
  await page.getByRole("button", { name: "Continue" }).click();
  await page.waitForURL((url) => url.href.startsWith(server.url));
  await app.go("/store/buckets");
  await app.signedInAs("dave");
  await app.shot("store-signed-in-by-provider");
  await app.checkAccessibility();
  // The policy "readonly" lets nobody administer: it is not offered.
  await page.getByRole("navigation", { name: "Store" }).getByRole("link", { name: "Policies" }).waitFor({ state: "detached" });
  await page.reload();
  await app.signedInAs("dave");
  // The form asks who is signed in, and must not be told while the server is still signing out.
  await page.route("**/penstock/sign-out", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 500));
    await route.continue();
  });
  await app.signOut();
  await page.getByRole("button", { name: "Sign in", exact: true }).waitFor();
  const session = await page.evaluate(async () => (await fetch("./penstock/session")).json());
  assert.equal(session.signed_in, false, "the server has forgotten the session too");
  await app.close();
});
