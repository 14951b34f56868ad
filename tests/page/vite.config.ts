import { defineConfig } from "vite";

// `npm run dev` with the simulator's URL in SIMULATOR shows changes to the page as they are typed.
const simulator = process.env.SIMULATOR;
const passedOn = simulator
  ? { target: simulator, changeOrigin: true, headers: { origin: simulator } }
  : undefined;

export default defineConfig({
  esbuild: { jsx: "automatic" },
  // Served from this machine to itself: one file is fine.
  build: { target: "es2022", sourcemap: true, chunkSizeWarningLimit: 2000 },
  ...(passedOn && { server: { proxy: { "/_control": passedOn, "/_backend": passedOn } } }),
});
