// A server and a browser for the tests of one file.
import { after, before } from "node:test";
import { Api } from "./api.mjs";
import { App, launch } from "./browser.mjs";
import { startServer } from "./server.mjs";

export function suite(...options) {
  const parts = {};
  before(async () => {
    parts.server = await startServer(...options);
    parts.api = new Api(parts.server.url);
    parts.browser = await launch();
  });
  after(async () => {
    await parts.browser?.close();
    await parts.server?.stop();
  });
  /** Runs a test in a window of its own. */
  parts.inApp = async (body, windowOptions) => {
    const app = await App.open(parts.browser, parts.server.url, windowOptions);
    try {
      await body(app, app.page);
    } catch (error) {
      await app.shot(`failed-${Date.now()}`);
      if (app.faults.length) error.message += `\nin the page: ${app.faults.join("; ")}`;
      throw error;
    }
    await app.close();
  };
  return parts;
}
