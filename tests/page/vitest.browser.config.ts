import { defineConfig } from "vitest/config";

// One stack and one workspace for all of them: one file after the other.
export default defineConfig({
  test: {
    include: ["browser/**/*.test.ts"],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
