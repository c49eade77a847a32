import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CheckWish, Forge } from '../../../src/forge/forge.ts';
import { startGiteaWorld, type GiteaWorld } from './world.ts';

let world: GiteaWorld;
let forge: Forge;
let sha: string;

beforeEach(async () => {
  world = await startGiteaWorld();
  forge = world.open();
  world.setRole('ada', 'write');
  sha = await world.push('ada', { branch: 'topic', files: { 'a.ts': 'a\n' } });
});
afterEach(() => world[Symbol.asyncDispose]());

const DONE = { status: 'completed', conclusion: 'success', title: 'Passed' } as const;

function wish(changes: Partial<CheckWish> = {}): CheckWish {
  return {
    repository: world.repository,
    sha,
    name: 'signalbox/typecheck',
    externalId: 'task/1 #2',
    knownId: null,
    status: 'in-progress',
    conclusion: null,
    title: 'Running',
    summary: 'Some.',
    text: null,
    annotations: [],
    detailsUrl: 'https://signalbox.example/agents/1',
    ...changes,
  };
}

/** Oldest first. */
function statuses() {
  return world.gitea.repository(world.repository).statuses(sha);
}

/** Somebody else's word on the commit. */
async function post(login: string, status: object): Promise<void> {
  await world.gitea.as(login).request('POST', `/repos/${world.repository}/statuses/${sha}`, status);
}

test('a status says what people need: its line, and where there is more', async () => {
  await forge.ensureCheck(wish({ title: `two\nlines ${'x'.repeat(300)}` }));
  const [status] = statuses();
  expect(status).toMatchObject({
    context: 'signalbox/typecheck',
    state: 'pending',
    targetUrl: 'https://signalbox.example/agents/1#check=task%2F1%20%232',
  });
  expect(status?.description).toMatch(/^two lines x+…$/);
  expect(status?.description?.length).toBe(140);
});

test('a check without a page of its own leads to its commit', async () => {
  await forge.ensureCheck(wish({ detailsUrl: null }));
  expect(statuses()[0]?.targetUrl).toBe(`${world.gitea.url}/${world.repository}/commit/${sha}#check=task%2F1%20%232`);
});

test('an address that has a fragment keeps it', async () => {
  const first = await forge.ensureCheck(wish({ detailsUrl: 'https://signalbox.example/#agents' }));
  expect(statuses()[0]?.targetUrl).toBe('https://signalbox.example/#agents&check=task%2F1%20%232');
  expect(await forge.ensureCheck(wish(DONE))).toEqual(first);
});

test.each([
  ['success', 'success'],
  ['failure', 'failure'],
  ['timed-out', 'failure'],
  ['neutral', 'warning'],
  ['cancelled', 'error'],
] as const)('%s is shown as %s', async (conclusion, state) => {
  await forge.ensureCheck(wish({ ...DONE, conclusion }));
  expect(statuses().map((status) => status.state)).toEqual([state]);
});

test('what was said is not said again', async () => {
  for (const status of ['queued', 'in-progress', 'in-progress'] as const) await forge.ensureCheck(wish({ status, title: 'Waits' }));
  await world.open().ensureCheck(wish({ title: 'Waits' }));
  expect(statuses()).toHaveLength(1);
  await forge.ensureCheck(wish({ title: 'Runs' }));
  await forge.ensureCheck(wish(DONE));
  await forge.ensureCheck(wish(DONE));
  expect(statuses().map(({ description }) => description)).toEqual(['Waits', 'Runs', 'Passed']);
});

test('an id that only begins like another is another', async () => {
  await forge.ensureCheck(wish({ externalId: 'task/1', ...DONE }));
  await forge.ensureCheck(wish({ externalId: 'task/11' }));
  expect(statuses().map(({ state }) => state)).toEqual(['success', 'pending']);
});

describe('what another program says', () => {
  test('of the same name and id settles nothing', async () => {
    const target_url = 'https://signalbox.example/agents/1#check=task%2F1%20%232';
    await post('ada', { state: 'success', context: 'signalbox/typecheck', target_url });
    await forge.ensureCheck(wish({ ...DONE, conclusion: 'failure' }));
    expect(statuses().map(({ state }) => state)).toEqual(['success', 'failure']);
  });

  test('of other names is no matter, however much it is', async () => {
    for (let n = 0; n < 60; n += 1) await post('ada', { state: 'pending', context: `ci/${n}` });
    await forge.ensureCheck(wish());
    for (let n = 0; n < 60; n += 1) await post('ada', { state: 'success', context: `ci/${n}` });
    await forge.ensureCheck(wish(DONE));
    await forge.ensureCheck(wish());
    expect((await world.checks(sha)).filter(({ name }) => name === 'signalbox/typecheck')).toEqual([
      { name: 'signalbox/typecheck', state: 'success' },
    ]);
  });
});

test('a check that another process settles meanwhile stays settled', async () => {
  const settled = Promise.withResolvers<void>();
  world.gitea.fail({ match: /^POST .*\/statuses\//, until: settled.promise, delayMs: 1 });
  const late = forge.ensureCheck(wish());
  await expect.poll(() => world.gitea.requests.some(({ method, path }) => method === 'GET' && path.includes('/statuses/'))).toBe(true);
  await post(world.gitea.botLogin, {
    state: 'failure',
    context: 'signalbox/typecheck',
    description: 'Faults',
    target_url: 'x#check=task%2F1%20%232',
  });
  settled.resolve();
  await late;
  expect(statuses().map(({ state }) => state)).toEqual(['failure', 'pending', 'failure']);
  expect(statuses().at(-1)).toMatchObject({ description: 'Faults' });
});
