import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Where `catchment serve` listens while the console is developed beside it. */
const SERVER = process.env["CATCHMENT_URL"] ?? "http://127.0.0.1:8000";
const SERVER_PATHS = ["/api", "/v1", "/healthz", "/t.js"];

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  server: {
    port: 5173,
    proxy: Object.fromEntries(SERVER_PATHS.map((path) => [path, { target: SERVER }])),
  },
  build: {
    target: "es2022",
    manifest: true,
    chunkSizeWarningLimit: 800,
  },
});
