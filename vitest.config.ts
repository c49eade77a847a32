import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Kills processes and wants the machine for itself: `npm test` plays it after these.
    exclude: ['test/chaos/**'],
    globalSetup: ['test/support/global-setup.ts'],
    // Stories wait for processes and containers more than they compute.
    maxWorkers: 4,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    coverage: { provider: 'v8', include: ['src/**/*.ts', 'workers/**/*.ts', 'gates/**/*.ts'] },
  },
});
