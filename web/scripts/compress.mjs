// Writes NAME.br and NAME.gz beside each file of a built app that is smaller so, and fails when the
// script that a first visit loads has grown beyond what was promised.
//
// usage: node compress.mjs DIST
import { readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const FIRST_LOAD_LIMIT = 300 * 1024;

const dist = process.argv[2];
const smaller = 0.95;

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)],
  );
}

function compress(path) {
  const plain = readFileSync(path);
  const forms = {
    br: brotliCompressSync(plain, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: 10,
        [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
      },
    }),
    gz: gzipSync(plain, { level: 9 }),
  };
  for (const [suffix, bytes] of Object.entries(forms)) {
    if (bytes.length < plain.length * smaller) writeFileSync(`${path}.${suffix}`, bytes);
  }
}

// What every visit loads: the script that index.html names, the app itself, and what they import.
function firstScripts() {
  const manifest = JSON.parse(readFileSync(join(dist, "manifest.json"), "utf8"));
  rmSync(join(dist, "manifest.json"));
  const found = new Set();
  const visit = ({ file, imports }) => {
    if (found.has(file)) return;
    found.add(file);
    (imports ?? []).forEach((name) => visit(manifest[name]));
  };
  visit(manifest["index.html"]);
  visit(Object.values(manifest).find(({ name, isDynamicEntry }) => name === "main" && isDynamicEntry));
  return [...found];
}

const scripts = firstScripts();
for (const path of filesBelow(dist)) {
  if (!/\.(br|gz|png|ico|woff2)$/.test(path) && statSync(path).size > 512) compress(path);
}

const total = scripts.reduce((sum, name) => sum + statSync(join(dist, `${name}.gz`)).size, 0);
const kib = (bytes) => `${Math.round(bytes / 1024)} KiB`;
console.log(`first load: ${scripts.length} scripts, ${kib(total)} as gzip`);
if (total > FIRST_LOAD_LIMIT) {
  console.error(`more than ${kib(FIRST_LOAD_LIMIT)}: load some of it later, with lazy()`);
  process.exit(1);
}
