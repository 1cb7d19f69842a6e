/// <reference types="vitest/config" />
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

// A running server for `npm run dev`; its guard against other sites' pages must see its own name.
const api = process.env.PENSTOCK_API ?? "http://127.0.0.1:8888";
const proxy = Object.fromEntries(
  ["/apis", "/penstock"].map((path) => [path, { target: api, changeOrigin: false }]),
);

// A browser asks for six files at a time, so what is needed together is in a few files instead of a hundred small ones.
// The first that fits; whatever fits none is where Rollup puts it.
const CHUNKS: [string, RegExp][] = [
  // The first script comes before all else, and graphs are laid out before the app is there.
  ["early", /\/src\/(early|runs\/keys)\.ts|preload-helper|commonjsHelpers|elk-worker/],
  ["layout", /\/src\/graph\/(ahead|layout|model|spec|typeName)\.ts|elkjs\/lib\/elk-api/],
  ["base", /node_modules\/(@mantine|@tabler|@floating-ui|react|react-dom|scheduler|use-sync-external-store|clsx|@tanstack\/(?!react-virtual|virtual))/],
  ["graph", /node_modules\/(@xyflow|d3-|zustand)|\/src\/(graph\/|runs\/(RunGraph|task\/(?!ResourceCharts|EnvironmentLock))|pipelines\/(VersionGraph|DefinitionFacts))/],
  ["details", /\/src\/(runs\/(RunPage|RunButtons|useRun|names|bulk|failureText|task\/EnvironmentLock)|pipelines\/PipelinePage)/],
  ["shared", /\/src\/(ui\/(?!CodeEditor|CodeDiff|codeLook)|session\/(?!SignInForm)|api|format|i18n\/(?!zh)|app\/(paths|navigation))/],
];

function chunkOf(id: string): string | undefined {
  return id.endsWith(".css") ? undefined : CHUNKS.find(([, files]) => files.test(id))?.[0];
}

/** What every visit loads is named in the page, so that it is not the first script's reader who asks for it. */
function preloadApp(): Plugin {
  return {
    name: "preload-app",
    transformIndexHtml: {
      order: "post",
      handler(_, { bundle }) {
        const chunks = Object.values(bundle ?? {}).filter((file) => file.type === "chunk");
        const app = chunks.find(({ name, isDynamicEntry }) => name === "main" && isDynamicEntry);
        const first = chunks.find(({ isEntry }) => isEntry);
        return [app?.fileName, ...(app?.imports ?? [])]
          .filter((file): file is string => file !== undefined && !first?.imports.includes(file))
          .map((file) => ({ tag: "link", attrs: { rel: "modulepreload", crossorigin: true, href: `./${file}` }, injectTo: "head" }));
      },
    },
  };
}

export default defineConfig({
  // Relative, so that the app also works below a path of a proxy.
  base: "./",
  plugins: [react(), preloadApp()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  server: { proxy },
  build: {
    target: "es2022",
    chunkSizeWarningLimit: 1700,
    modulePreload: { polyfill: false },
    // React is read once, as part of its file, and not a second time when a function around it is called.
    commonjsOptions: { strictRequires: "auto" },
    // For scripts/compress.mjs, which takes it away.
    manifest: "manifest.json",
    rollupOptions: { output: { manualChunks: chunkOf } },
  },
  worker: { format: "es" },
  test: { environment: "node", include: ["src/**/*.test.{ts,tsx}"] },
});
