import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** One project per kind of test; `npm test` runs all that need nothing but Node. */
export default defineConfig({
  test: {
    globalSetup: ['test/own-tmp.ts'],
    setupFiles: ['test/setup.ts'],
    // as bin/glimpse.js does, which says why
    execArgv: ['--wasm-wrapper-tiering-budget=1000000000'],
    // A slow, shared machine must not turn a right answer into a failure.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // vitest leaves one core free: of two that is half, and these tests wait as much as they work
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/{unit,property,contract}/**/*.test.ts'] } },
      { extends: true, test: { name: 'architecture', include: ['test/*.test.ts'] } },
      { extends: true, test: { name: 'golden', include: ['test/golden/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'acceptance',
          include: ['test/acceptance/**/*.test.ts'],
          globalSetup: ['test/build-console.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          globalSetup: ['test/build-console.ts'],
          testTimeout: 150_000,
          // a browser on a busy machine may miss a moment; what fails twice is a fault, and a second try is printed
          retry: 1,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
