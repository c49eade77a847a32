import { describe, expect, test } from 'vitest';
import { needsDocker, needsValkey } from '../support/needs.ts';
import { runChaos } from './chaos.ts';
import type { ChaosOptions } from './options.ts';

const noDocker = await needsDocker();
const noValkey = await needsValkey();

/** The short form of `npm run chaos`: enough to see that it still finds its way, not enough to prove anything. */
const SHORT = { rounds: 3, agents: 2, minutes: 0.5, keep: false, restartEngine: null, pace: [1_500, 5_000], say: () => {} } as const;

async function play(options: Pick<ChaosOptions, 'seed' | 'setup' | 'docker'>, interrupted: AbortSignal): Promise<void> {
  const { findings, figures } = await runChaos({ ...SHORT, ...options, interrupted });
  expect(findings, `seed ${options.seed}\n${figures.join('\n')}`).toEqual([]);
}

describe('stories while processes die, and connections, and the forge has a bad day', { timeout: 300_000 }, () => {
  test(`in one process on its own database, ${noDocker ? 'without' : 'with'} containers`, ({ signal }) =>
    play({ seed: 4, setup: 'embedded', docker: noDocker === false }, signal));
  test.skipIf(noValkey)('with two servers and three workers on PostgreSQL and Valkey', ({ signal }) =>
    play({ seed: 3, setup: 'cluster', docker: false }, signal),
  );
});
