import { defineConfig } from "vitest/config";

// Unit and integration tests share their workers (loading the modules costs more than the tests); journeys each
// start real servers, one file at a time, so that two cores are not asked for more than they have.
export default defineConfig({
  test: {
    // Both cores: by itself, Vitest leaves one of two free.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // What is waited for may take as long as a busy machine needs.
    expect: { poll: { timeout: 15_000 } },
    projects: [
      {
        test: {
          name: "unit",
          include: ["src/**/*.test.{ts,tsx}", "test/*.test.ts"],
          globalSetup: ["test/kit/template.ts"],
          pool: "threads",
          isolate: false,
        },
      },
      { test: { name: "http", include: ["test/journeys/*.http.test.ts"], pool: "threads", fileParallelism: false, testTimeout: 60_000 } },
      { test: { name: "browser", include: ["test/journeys/*.browser.test.ts"], pool: "threads", fileParallelism: false, testTimeout: 60_000 } },
    ],
  },
});
