import { defineConfig } from 'vitest/config';

/** The short form of the chaos run, which `npm test` plays last and alone: it kills processes and wants the machine for itself. */
const config = defineConfig({
  test: {
    include: ['test/chaos/chaos.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 600_000,
    hookTimeout: 120_000,
  },
});
export { config as default };
