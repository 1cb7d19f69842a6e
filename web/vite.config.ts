/// <reference types="vitest/config" />
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// A running server for `npm run dev`; its guard against other sites' pages must see its own name.
const api = process.env.PENSTOCK_API ?? "http://127.0.0.1:8888";
const proxy = Object.fromEntries(
  ["/apis", "/penstock"].map((path) => [path, { target: api, changeOrigin: false }]),
);

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
  },
  worker: { format: "es" },
  test: { environment: "node", include: ["src/**/*.test.{ts,tsx}"] },
});
