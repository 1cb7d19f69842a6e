/// <reference types="vitest/config" />
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// A running server for `npm run dev`; its guard against other sites' pages must see its own name.
const api = process.env.PENSTOCK_API ?? "http://127.0.0.1:8888";
const proxy = Object.fromEntries(
  ["/apis", "/penstock"].map((path) => [path, { target: api, changeOrigin: false }]),
);

// A browser asks for six files at a time, so what most pages share is in a few files instead of a hundred small ones.
function chunkOf(id: string): string | undefined {
  if (id.endsWith(".css")) return undefined;
  // The first script comes before all else.
  if (/\/src\/early\.ts|preload-helper|elk-worker/.test(id)) return "early";
  if (/node_modules\/(@mantine|@tabler|@floating-ui|react|react-dom|scheduler|@tanstack\/(?!react-virtual|virtual))/.test(id)) return "base";
  if (/node_modules\/(@xyflow|d3-|elkjs\/lib\/elk-api)|\/src\/graph\/(?!spec|model)/.test(id)) return "graph";
  if (/\/src\/(ui\/(?!Code|codeLook)|api|format|graph\/)/.test(id)) return "shared";
  return undefined;
}

export default defineConfig({
  // Relative, so that the app also works below a path of a proxy.
  base: "./",
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  server: { proxy },
  build: {
    target: "es2022",
    chunkSizeWarningLimit: 1700,
    modulePreload: { polyfill: false },
    // For scripts/compress.mjs, which takes it away.
    manifest: "manifest.json",
    rollupOptions: { output: { manualChunks: chunkOf } },
  },
  worker: { format: "es" },
  test: { environment: "node", include: ["src/**/*.test.{ts,tsx}"] },
});
