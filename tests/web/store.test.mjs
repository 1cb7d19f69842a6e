// The object store's pages: what is done there is asked of the store again.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { askAdmin } from "./support/admin.mjs";
import { KEYS } from "./support/server.mjs";
import { suite } from "./support/suite.mjs";

const s = suite();
const file = (name, content, mimeType = "text/plain") => ({ name, mimeType, buffer: Buffer.from(content) });

async function makeBucket(app, page, name, switches = []) {
  await app.go("/store/buckets");
  await page.getByRole("button", { name: "Create bucket" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill(name);
  for (const label of switches) await dialog.getByRole("switch", { name: label }).click();
  await dialog.getByRole("button", { name: "Create" }).click();
  await app.heading(name).waitFor();
}

async function upload(page, ...files) {
  await page.locator("input[type=file]:not([webkitdirectory])").setInputFiles(files);
  await page.getByText(`${files.length} of ${files.length} uploaded`).waitFor();
  await page.getByRole("button", { name: "Clear" }).click();
}

test("wrong keys are refused, right ones are not kept", () =>
  s.inApp(async (app, page) => {
    await app.go("/store/buckets");
    await page.getByLabel("Access key").fill(KEYS.accessKey);
    await page.getByLabel("Secret key").fill("not the secret");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").waitFor();
    await app.signIn();
    const kept = await page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }]));
    assert.ok(kept.includes("sessionToken") && !kept.includes(KEYS.secretKey), "temporary keys alone are kept");
    await page.reload();
    await app.signedInAs(KEYS.accessKey);
    await app.signOut();
    await page.getByRole("button", { name: "Sign in" }).waitFor();
  }));

test("files are uploaded, looked at, tagged, shared and deleted", () =>
  s.inApp(async (app, page) => {
    await app.signIn();
    await makeBucket(app, page, "files");
    await upload(page, file("a table.csv", "x,y\n1,2\n3,4\n", "text/csv"), file("page.html", "<script>globalThis.evil = 1</script>", "text/html"));
    // In parts; from a file, as the browser would have to be told all of it otherwise.
    const folder = mkdtempSync(join(tmpdir(), "penstock-upload-"));
    writeFileSync(join(folder, "large.bin"), Buffer.alloc(20 << 20, 7));
    await page.locator("input[type=file]:not([webkitdirectory])").setInputFiles(join(folder, "large.bin"));
    await page.getByText("1 of 1 uploaded").waitFor();
    await page.getByRole("button", { name: "Clear" }).click();
    rmSync(folder, { recursive: true });
    await page.getByRole("link", { name: "large.bin" }).waitFor();
    await page.getByText("20 MiB").waitFor();

    await page.getByRole("button", { name: "New folder" }).click();
    await page.getByLabel("Name").fill("deep & odd+name");
    await page.getByRole("button", { name: "Create", exact: true }).click();
    await page.getByText("Nothing here yet").waitFor();
    await upload(page, file("in it.txt", "found"));
    await page.getByRole("link", { name: "in it.txt" }).click();
    await page.getByText("found").waitFor();

    await app.go("/store/buckets/files/object?key=a%20table.csv");
    await page.getByRole("columnheader", { name: "x" }).waitFor();
    await page.getByRole("button", { name: "Add a tag" }).click();
    await page.getByLabel("Key", { exact: true }).fill("kind");
    await page.getByLabel("Value", { exact: true }).fill("table");
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByText("kind: table").waitFor();
    await page.getByRole("button", { name: "Make a link" }).click();
    const link = await page.locator("code", { hasText: "X-Amz-Signature" }).innerText();
    assert.ok(link.startsWith(s.server.s3), link);
    assert.equal(await (await fetch(link)).text(), "x,y\n1,2\n3,4\n");
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Download" }).first().click()]);
    assert.equal(download.suggestedFilename(), "a table.csv");
    assert.equal(await download.failure(), null);

    await app.go("/store/buckets/files/object?key=page.html");
    await page.getByText("globalThis.evil").waitFor(); // as text
    assert.equal(await page.evaluate(() => globalThis.evil), undefined);

    await app.go("/store/buckets/files");
    await page.getByLabel("Select deep & odd+name/").check();
    await page.getByLabel("Select page.html").check();
    await page.getByRole("button", { name: "Delete (2)" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await page.getByText("3 objects deleted").waitFor();
    await page.getByRole("link", { name: "page.html" }).waitFor({ state: "detached" });
  }));

test("versions are kept, brought back and removed; locks hold", () =>
  s.inApp(async (app, page) => {
    await app.signIn();
    await makeBucket(app, page, "records", ["Object lock"]);
    await upload(page, file("report.txt", "first"));
    await upload(page, file("report.txt", "second, and longer"));
    await page.getByRole("link", { name: "report.txt" }).click();
    await page.getByText("second, and longer").waitFor();
    await page.getByRole("button", { name: "Restore" }).click();
    await page.getByText("The version is the newest again").waitFor();
    await page.getByText("first", { exact: true }).waitFor();

    await page.getByRole("button", { name: "Compare" }).first().click();
    const differences = page.getByRole("dialog");
    await differences.getByRole("row", { name: /Size differs 18 5/ }).waitFor();
    await app.shot("store-version-compare");
    await app.checkAccessibility();
    await page.keyboard.press("Escape");

    await page.getByRole("switch", { name: "Legal hold" }).click();
    await page.getByText("Saved").first().waitFor();
    const region = page.getByRole("region", { name: "Versions" });
    await region.getByRole("button", { name: "Delete" }).first().click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await page.getByText("That did not work").waitFor(); // it is held
    await page.getByLabel("Mode").selectOption("COMPLIANCE");
    await page.getByText(/nobody, not even the root/).waitFor();
  }));

test("a bucket's settings are changed, and a wrong policy is not sent", () =>
  s.inApp(async (app, page) => {
    await app.signIn();
    await makeBucket(app, page, "settings");
    await app.go("/store/buckets/settings/settings");
    await page.getByRole("switch", { name: "Versioning" }).click();
    await page.getByText("Saved").first().waitFor();
    await page.getByLabel("Quota", { exact: true }).fill("2");
    await page.getByRole("button", { name: "Save" }).first().click();
    await page.getByText("2 GiB").first().waitFor();
    await page.getByRole("button", { name: "Start from an example" }).first().click();
    const editor = page.getByRole("textbox", { name: "Policy" });
    await editor.fill('{"Statement": [{"Effect": "Perhaps"}]}');
    await page.getByText(/Statement\[0\]: Effect/).waitFor();
    await editor.fill(JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::settings/*" }] }));
    await page.getByRole("button", { name: "Save" }).last().click();
    await page.getByText("ReadByEverybody").waitFor({ state: "detached" });
    await page.getByText('"Allow"').waitFor();
    await page.reload();
    await page.getByText('"s3:GetObject"').waitFor(); // the store has it
  }));

test("users, groups, keys and policies", () =>
  s.inApp(async (app, page) => {
    await app.signIn();
    await app.go("/store/access");
    await page.getByRole("button", { name: "Add user" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Access key").fill("anna");
    await dialog.getByLabel("Secret key").fill("annas-own-secret");
    await dialog.getByRole("button", { name: "Add" }).click();
    await page.getByRole("cell", { name: "anna", exact: true }).waitFor();
    await page.getByRole("tab", { name: "Groups" }).click();
    await page.getByLabel("New group").fill("analysts");
    await page.getByRole("textbox", { name: "Members" }).first().click();
    await page.getByRole("option", { name: "anna" }).click();
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByRole("cell", { name: "analysts", exact: true }).waitFor();
    await page.getByRole("tab", { name: "Access keys" }).click();
    await page.getByLabel("Description").fill("for a while");
    await page.getByLabel("Expires").fill("2031-05-01T12:00");
    await page.getByRole("button", { name: "Create key" }).click();
    await page.getByText("Copy the secret now").waitFor();
    await page.getByRole("row", { name: /for a while.*May 1, 2031/ }).waitFor();
    const { access_keys: keys } = await askAdmin(s.server, "GET", "/access-keys");
    assert.match(keys.find((key) => key.description === "for a while").expires_at, /^2031-05-01T/);
    await app.go("/store/policies");
    await page.getByRole("button", { name: "New policy" }).click();
    await page.getByLabel("Name").fill("look-only");
    await page.getByRole("button", { name: "Save" }).click();
    await app.page.getByRole("heading", { name: "look-only" }).waitFor();
  }));

test("whoever may not administer is told so", () =>
  s.inApp(async (app, page) => {
    await app.go("/store/buckets");
    await page.getByLabel("Access key").fill("anna");
    await page.getByLabel("Secret key").fill("annas-own-secret");
    await page.getByRole("button", { name: "Sign in" }).click();
    await app.signedInAs("anna");
    await app.go("/store/drives");
    await page.getByRole("alert").filter({ hasText: "admin:StorageInfo" }).first().waitFor();
    // What is refused is not offered: neither in the menu nor as a tab.
    const menu = page.getByRole("navigation", { name: "Store" });
    await menu.getByRole("link", { name: "Drives and health" }).waitFor({ state: "detached" });
    await menu.getByRole("link", { name: "Policies" }).waitFor({ state: "detached" });
    await menu.getByRole("link", { name: "Users and access" }).click();
    await page.getByRole("tab", { name: "Access keys" }).waitFor();
    assert.equal(await page.getByRole("tab", { name: "Users" }).count(), 0);
    await app.signOut();
    await menu.getByRole("link", { name: "Policies" }).waitFor(); // for whoever comes next
  }));

test("lifecycle rules are made in a form, checked, and kept as the store has them", () =>
  s.inApp(async (app, page) => {
    await app.signIn();
    await makeBucket(app, page, "lifecycle");
    await app.go("/store/buckets/lifecycle/settings");
    const panel = page.locator("section, div", { has: page.getByRole("heading", { name: "Lifecycle" }) }).last();
    await panel.getByRole("button", { name: "Add a rule" }).click();
    const rule = panel.getByRole("group", { name: "Rule 1" });
    await rule.getByLabel("Name").fill("temporary");
    await rule.getByText(/It does nothing yet/).waitFor();
    await rule.getByLabel("Keys that begin with").fill("tmp/");
    await rule.getByLabel("Delete objects after days").fill("x");
    await rule.getByText(/whole numbers from 1/).waitFor();
    await rule.getByLabel("Delete objects after days").fill("7");
    await rule.getByLabel("Give up unfinished uploads after days").fill("2");
    await app.shot("store-lifecycle-form");
    await app.checkAccessibility();
    await panel.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved").first().waitFor();
    await page.reload();
    assert.equal(await rule.getByLabel("Delete objects after days").inputValue(), "7");
    assert.equal(await rule.getByLabel("Keys that begin with").inputValue(), "tmp/");
    await panel.getByText("XML", { exact: true }).click();
    await panel.getByText("temporary").waitFor();
  }));

test("event rules are made in a form, and what the store refuses is said beside it", () =>
  s.inApp(async (app, page) => {
    await app.signIn();
    await makeBucket(app, page, "told");
    await app.go("/store/buckets/told/settings");
    const panel = page.locator("section, div", { has: page.getByRole("heading", { name: "Events" }) }).last();
    await panel.getByRole("button", { name: "Add a rule" }).click();
    const rule = panel.getByRole("group", { name: "Rule 1" });
    await rule.getByText("Say which webhook is told.").waitFor();
    await rule.getByLabel("Webhook (its name on the server)").fill("nobody");
    await rule.getByLabel("and end with").fill(".csv");
    await app.checkAccessibility();
    await panel.getByRole("button", { name: "Save" }).click();
    await panel.getByRole("alert").waitFor(); // there is no such webhook
  }));

test("a large upload that broke off goes on where it was, also in another window", () =>
  s.inApp(async (app, page) => {
    await app.signIn();
    await makeBucket(app, page, "resumed");
    page.setDefaultTimeout(60_000);
    const folder = mkdtempSync(join(tmpdir(), "penstock-upload-"));
    const path = join(folder, "large.bin");
    writeFileSync(path, Buffer.alloc(40 << 20, 5));
    const parts = [];
    page.on("request", (request) => {
      const part = /partNumber=(\d+)/.exec(request.url());
      if (part && request.method() === "PUT") parts.push(Number(part[1]));
    });
    // The third part never gets through.
    await page.route(/partNumber=3/, (route) => route.fulfill({ status: 503, body: "<Error><Code>SlowDown</Code><Message>not now</Message></Error>" }));
    await page.locator("input[type=file]:not([webkitdirectory])").setInputFiles(path);
    await page.getByText("not now").waitFor();
    await page.unroute(/partNumber=3/);
    await page.reload();
    parts.length = 0;
    await page.locator("input[type=file]:not([webkitdirectory])").setInputFiles(path);
    await page.getByText("1 of 1 uploaded").waitFor();
    assert.deepEqual(parts, [3], "what had come was not sent again");
    await page.getByRole("link", { name: "large.bin" }).waitFor();
    await page.getByText("40 MiB").first().waitFor();
    rmSync(folder, { recursive: true });
  }));

test("a folder is uploaded with what is in it", () =>
  s.inApp(async (app, page) => {
    await app.signIn();
    await makeBucket(app, page, "folders");
    const folder = mkdtempSync(join(tmpdir(), "penstock-upload-"));
    mkdirSync(join(folder, "data/deep"), { recursive: true });
    writeFileSync(join(folder, "data/one.txt"), "1");
    writeFileSync(join(folder, "data/deep/two.txt"), "2");
    await page.locator("input[webkitdirectory]").setInputFiles(join(folder, "data"));
    await page.getByText("2 of 2 uploaded").waitFor();
    await app.go("/store/buckets/folders?prefix=data/deep/");
    await page.getByRole("link", { name: "two.txt" }).waitFor();
    rmSync(folder, { recursive: true });
  }));

test("single actions that one may not do are not offered", () =>
  s.inApp(async (app, page) => {
    await askAdmin(s.server, "PUT", "/buckets/shared", {});
    const resource = ["arn:aws:s3:::shared", "arn:aws:s3:::shared/*"];
    const statement = [
      { Effect: "Allow", Action: ["s3:ListAllMyBuckets"], Resource: ["*"] },
      { Effect: "Allow", Action: ["s3:ListBucket", "s3:GetObject", "s3:GetObjectTagging"], Resource: resource },
      { Effect: "Allow", Action: ["s3:PutObject"], Resource: ["arn:aws:s3:::shared/drafts/*"] },
      { Effect: "Allow", Action: ["admin:ListUsers", "admin:StorageInfo", "admin:ServerInfo", "admin:ListUserPolicies", "admin:GetPolicy"] },
    ];
    await askAdmin(s.server, "PUT", "/policies/looks-on", { policy: { Version: "2012-10-17", Statement: statement } });
    await askAdmin(s.server, "PUT", "/users/otto", { secret_key: "ottos-own-secret", policies: ["looks-on"] });
    await app.go("/store/buckets");
    await page.getByLabel("Access key").fill("otto");
    await page.getByLabel("Secret key").fill("ottos-own-secret");
    await page.getByRole("button", { name: "Sign in" }).click();
    await app.signedInAs("otto");
    await page.getByRole("link", { name: "shared", exact: true }).waitFor();
    await page.getByRole("button", { name: "Create bucket" }).waitFor({ state: "detached" });
    await app.go("/store/buckets/shared");
    await app.heading("shared").waitFor();
    const upload = page.locator("button", { hasText: /^Upload$/ });
    await upload.waitFor({ state: "detached" });
    await app.go("/store/buckets/shared?prefix=drafts/");
    await upload.waitFor();
    await app.go("/store/drives");
    await page.getByText("Usage over time").waitFor();
    await page.getByRole("button", { name: "Check and heal" }).waitFor({ state: "detached" });
    await app.go("/store/access");
    await page.getByRole("cell", { name: "otto" }).first().waitFor();
    await page.getByRole("button", { name: "Add user" }).waitFor({ state: "detached" });
    assert.equal(await page.getByRole("button", { name: "Delete" }).count(), 0);
    assert.ok(await page.getByRole("switch", { name: "Enabled: otto" }).isDisabled());
    await app.go("/store/policies?policy=looks-on");
    await page.getByText(/Held by .*otto/).waitFor();
    assert.equal(await page.getByRole("button", { name: "Save" }).count(), 0);
  }));

test("files by the thousand are uploaded, found by how they begin, and the list stays small", () =>
  s.inApp(async (app, page) => {
    await app.signIn();
    await makeBucket(app, page, "thousands");
    const folder = mkdtempSync(join(tmpdir(), "penstock-many-"));
    try {
      for (let number = 0; number < 2500; number += 1) writeFileSync(join(folder, `part-${String(number).padStart(5, "0")}.txt`), String(number));
      let listed = 0;
      page.on("request", (request) => /list-type=2/.test(request.url()) && (listed += 1));
      await page.locator("input[type=file][webkitdirectory]").setInputFiles(folder);
      await page.getByText("2,500 of 2,500 uploaded").waitFor({ timeout: 120_000 });
      assert.ok(listed < 20, `the list was asked for ${listed} times`);
    } finally {
      rmSync(folder, { recursive: true });
    }
    await app.go(`/store/buckets/thousands?prefix=${folder.split("/").at(-1)}/`);
    await page.getByRole("link", { name: "part-00000.txt" }).waitFor();
    const list = page.getByRole("group", { name: "Objects" });
    await list.focus();
    const end = Date.now() + 60_000;
    while (!(await page.getByText(/^2,500 shown$/).isVisible())) {
      assert.ok(Date.now() < end, "what is below is fetched");
      await list.evaluate((frame) => (frame.scrollTop = frame.scrollHeight));
      await page.waitForTimeout(100);
    }
    await page.keyboard.press("End");
    await page.getByRole("link", { name: "part-02499.txt" }).waitFor();
    assert.ok((await page.getByRole("listitem").count()) < 120);
    await page.getByLabel("Begins with…").fill("part-01");
    await page.getByRole("link", { name: "part-01000.txt" }).waitFor();
    assert.match(page.url(), /begin=part-01/);
  }));

test("a model's file says what is in it", () =>
  s.inApp(async (app, page) => {
    await app.signIn();
    await makeBucket(app, page, "models");
    const header = JSON.stringify({ __metadata__: { author: "me" }, "layer.weight": { dtype: "F32", shape: [4, 8], data_offsets: [0, 128] } });
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    const pickle = Buffer.concat([Buffer.from([0x80, 4, 0x63]), Buffer.from("os\nsystem\n"), Buffer.from([0x2e])]);
    await upload(page, file("net.safetensors", Buffer.concat([length, Buffer.from(header), Buffer.alloc(128)])), file("evil.pkl", pickle));
    await page.getByRole("link", { name: "net.safetensors" }).click();
    await page.getByText("layer.weight").waitFor();
    await page.getByText("4 × 8").waitFor();
    await page.getByText("author").waitFor();
    await app.go("/store/buckets/models/object?key=evil.pkl");
    await page.getByText("os.system").waitFor();
    await page.getByText(/runs code/).waitFor();
  }));

test("a policy is checked by the store as it is typed, and nothing is kept of it", () =>
  s.inApp(async (app, page) => {
    await app.signIn();
    await app.go("/store/policies?policy=%2B");
    const editor = page.getByRole("textbox", { name: "Policy" });
    await editor.fill('{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*", "Colour": "blue"}]}');
    await page.getByRole("status").filter({ hasText: "Colour" }).waitFor();
    await page.getByLabel("Name").fill("checked");
    // The name of an event is none of an action.
    await editor.fill('{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:ObjectTagging:*", "Resource": "arn:aws:s3:::a/*"}]}');
    await page.getByRole("status").filter({ hasText: "is no action" }).waitFor();
    assert.ok(await page.getByRole("button", { name: "Save" }).isDisabled());
    await editor.fill('{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*"}]}');
    await page.getByRole("status").waitFor({ state: "detached" });
    const { policies } = await askAdmin(s.server, "GET", "/policies");
    assert.ok(!policies.some((policy) => policy.name === "checked"));
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Held by").or(page.getByText("Nobody holds it.")).waitFor();
  }));

test("what the store holds is drawn over time", () =>
  s.inApp(async (app, page) => {
    const before = await askAdmin(s.server, "GET", "/usage-history");
    assert.ok(before.samples.length >= 1, "the server takes a sample when it starts");
    await app.signIn();
    await makeBucket(app, page, "grows");
    await upload(page, file("more.txt", "x".repeat(5000)));
    await app.go("/store/drives");
    await page.getByRole("img", { name: /^Size: .*B$/ }).waitFor();
    for (const name of ["aside", "beside"]) await askAdmin(s.server, "PUT", `/buckets/${name}`, {});
    await page.reload();
    // Found by its name, and drawn upon the others: together they are what the store holds.
    await page.getByRole("textbox", { name: "Of the buckets" }).fill("gro");
    assert.equal(await page.getByRole("option", { name: "aside" }).count(), 0);
    await page.getByRole("option", { name: "grows" }).click();
    await page.keyboard.press("Escape");
    await page.getByRole("listitem").getByText(/^grows: (4\.9|5) [kK]i?B$/).waitFor();
    await page.getByRole("listitem").getByText(/^Others: /).first().waitFor();
    await app.checkAccessibility();
    await app.shot("store-usage-buckets", { fullPage: true });
    await page.getByRole("switch", { name: "With the others" }).click();
    await page.getByRole("listitem").getByText(/^Others: /).first().waitFor({ state: "detached" });
    assert.match(page.url(), /usage=grows.*others=0/);
    await page.getByRole("img", { name: /^Size: (4\.9|5) [kK]i?B$/ }).waitFor();
    await page.getByRole("img", { name: /^Objects: \d/ }).waitFor();
    const now = (await askAdmin(s.server, "GET", "/usage-history")).now;
    assert.equal(now.largest.find((bucket) => bucket.name === "grows").bytes, 5000);
    await app.shot("store-usage");
  }));
