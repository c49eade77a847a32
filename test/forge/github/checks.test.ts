import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Finding } from '../../../src/domain/finding.ts';
import type { CheckWish, Forge } from '../../../src/forge/forge.ts';
import { startGithubWorld, type GithubWorld } from './world.ts';

let world: GithubWorld;
let forge: Forge;
let sha: string;

beforeEach(async () => {
  world = await startGithubWorld();
  forge = world.open();
  world.setRole('ada', 'write');
  sha = await world.push('ada', { branch: 'topic', files: { 'a.ts': 'a\n' } });
});
afterEach(() => world[Symbol.asyncDispose]());

function findings(count: number): Finding[] {
  return Array.from({ length: count }, (_, n) => finding({ line: n + 1, message: `fault ${n}` }));
}

function finding(changes: Partial<Finding> = {}): Finding {
  return { severity: 'error', path: 'a.ts', line: 1, endLine: null, rule: 'TS2345', message: 'wrong', ...changes };
}

function wish(changes: Partial<CheckWish> = {}): CheckWish {
  return {
    repository: world.repository,
    sha,
    name: 'signalbox/typecheck',
    externalId: 'task-1/typecheck',
    knownId: null,
    status: 'completed',
    conclusion: 'failure',
    title: 'Faults',
    summary: 'Some.',
    text: null,
    annotations: [],
    detailsUrl: null,
    ...changes,
  };
}

async function onlyCheck() {
  const checks = await world.github.repository(world.repository).checks(sha);
  expect(checks).toHaveLength(1);
  return checks[0]!;
}

function messages(count: number): string[] {
  return Array.from({ length: count }, (_, n) => `fault ${n}`);
}

describe('annotations', () => {
  test.each([0, 1, 50, 51, 120])('%i of them are all there once, and the check is completed', async (count) => {
    await forge.ensureCheck(wish({ annotations: findings(count) }));
    const check = await onlyCheck();
    expect(check).toMatchObject({ status: 'completed', conclusion: 'failure' });
    expect(check.annotations.map(({ message }) => message)).toEqual(messages(count));
  });

  test('go with a check that runs already, and are not doubled when it is reported again', async () => {
    const { id } = await forge.ensureCheck(wish({ status: 'in-progress', conclusion: null }));
    for (const _ of [1, 2]) await forge.ensureCheck(wish({ annotations: findings(120), knownId: id }));
    expect((await onlyCheck()).annotations).toHaveLength(120);
  });

  test('stop at 500', async () => {
    await forge.ensureCheck(wish({ annotations: findings(700) }));
    expect((await onlyCheck()).annotations).toHaveLength(500);
  });

  test.each([1, 2])('are neither lost nor doubled when the answer of update %i is lost', async (nth) => {
    let seen = 0;
    const isNth = ({ method, path }: { method: string; path: string }) =>
      method === 'PATCH' && path.includes('/check-runs/') && (seen += 1) === nth;
    world.github.fail({ match: isNth, status: 'drop', when: 'after' });
    await expect(forge.ensureCheck(wish({ annotations: findings(120) }))).rejects.toMatchObject({ code: 'forge.unreachable' });
    await world.open().ensureCheck(wish({ annotations: findings(120) }));
    const check = await onlyCheck();
    expect(check).toMatchObject({ status: 'completed', conclusion: 'failure' });
    expect(check.annotations.map(({ message }) => message)).toEqual(messages(120));
  });

  test('say what the findings say, in GitHub’s terms', async () => {
    await forge.ensureCheck(
      wish({
        annotations: [
          finding({ severity: 'error', line: 3, endLine: 5 }),
          finding({ severity: 'warning', line: 3, endLine: 1 }),
          finding({ severity: 'notice', line: null, rule: null }),
          finding({ path: './src/b.ts', line: 0, message: ' \n' }),
        ],
      }),
    );
    expect((await onlyCheck()).annotations).toMatchObject([
      { path: 'a.ts', start_line: 3, end_line: 5, annotation_level: 'failure', title: 'TS2345', message: 'wrong' },
      { path: 'a.ts', start_line: 3, end_line: 3, annotation_level: 'warning' },
      { path: 'a.ts', start_line: 1, end_line: 1, annotation_level: 'notice', title: null },
      { path: 'src/b.ts', start_line: 1, end_line: 1, message: 'TS2345' },
    ]);
  });

  test('leave out what names no file of the repository', async () => {
    const paths = [null, '', '/etc/passwd', '../other/a.ts', 'a/../../b.ts'];
    await forge.ensureCheck(wish({ annotations: [...paths.map((path) => finding({ path })), finding({ message: 'kept' })] }));
    expect((await onlyCheck()).annotations.map(({ message }) => message)).toEqual(['kept']);
  });
});

describe('a check', () => {
  test.each([
    ['success', 'success'],
    ['failure', 'failure'],
    ['neutral', 'neutral'],
    ['cancelled', 'cancelled'],
    ['timed-out', 'timed_out'],
  ] as const)('that ended as %s is %s on GitHub', async (conclusion, theirs) => {
    await forge.ensureCheck(wish({ conclusion, text: 'the log', detailsUrl: 'https://signalbox.example/t/1' }));
    expect(await onlyCheck()).toMatchObject({
      conclusion: theirs,
      text: 'the log',
      detailsUrl: 'https://signalbox.example/t/1',
      externalId: 'task-1/typecheck',
    });
  });

  test('that two processes began at once is one, and the other says so', async () => {
    const answers = await Promise.all([forge, world.open(), world.open()].map((one) => one.ensureCheck(wish({ conclusion: 'success' }))));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    const checks = await world.github.repository(world.repository).checks(sha);
    expect(checks.filter(({ externalId }) => externalId === 'task-1/typecheck')).toHaveLength(1);
    for (const twin of checks.filter(({ externalId }) => externalId !== 'task-1/typecheck')) {
      expect(twin).toMatchObject({ status: 'completed', conclusion: 'skipped' });
    }
  });

  test('whose known id is gone is found by its name and external id', async () => {
    const { id } = await forge.ensureCheck(wish({ status: 'queued', conclusion: null }));
    expect(await forge.ensureCheck(wish({ knownId: 999_999 }))).toEqual({ id });
  });
});
