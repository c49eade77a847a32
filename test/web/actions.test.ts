import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Role } from '../../src/domain/role.ts';
import { change, readEvents } from '../../src/store/events.ts';
import { haltOf } from '../../src/store/facts.ts';
import { taskRow } from '../../src/store/task-rows.ts';
import { findTask, latestTaskOf, stopStateOf } from '../../src/store/tasks.ts';
import { createToken } from '../../src/store/tokens.ts';
import type { ApiWorld } from '../http/api-world.ts';
import { complete, confirmStopped, taskThere } from '../support/tasks.ts';
import { hiddenIn, openWebWorld, signedIn, visitor } from './world.ts';

let world: ApiWorld;
let ada: Awaited<ReturnType<typeof signedIn>>;
beforeAll(async () => {
  world = await openWebWorld();
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(async () => {
  ada = await signedIn(world);
});

async function as(role: Role): Promise<typeof ada> {
  const wish = { id: randomUUID(), name: `a ${role}`, role, expiresAt: null, createdBy: 'test' };
  const { token } = await change(world.db, (tx) => createToken(tx, wish));
  return signedIn(world, token);
}

const newest = async (type: string) => (await readEvents(world.db, { after: 0, limit: 10_000 })).findLast((event) => event.type === type);

describe('a kill', () => {
  test('is asked about first, by the name of what will stop, and nothing happens by looking', async () => {
    const { taskId } = await taskThere(world.db, 'running');
    const { text } = await ada.see(`/task/${taskId}/kill`);
    expect(text).toContain('Kill this agent?');
    expect(text).toContain(`acme/duration#${(await taskRow(world.db, 'everything', taskId))!.number}`);
    expect((await stopStateOf(world.db, taskId)).kill).toBeNull();
  });

  test('is requested, and confirmed only when it is', async () => {
    const there = await taskThere(world.db, 'running');
    const { status, headers } = await ada.confirm(`/task/${there.taskId}/kill`, { reason: ' out  of\nhand ' });
    expect([status, headers.get('location')]).toEqual([303, `/task/${there.taskId}?said=kill-requested`]);
    expect((await stopStateOf(world.db, there.taskId)).kill).toEqual({ actor: 'api (ada)', route: 'dashboard', reason: 'out of hand' });
    const then = await ada.see(headers.get('location')!);
    expect(then.text).toContain('Stop requested, not yet confirmed.');
    expect(then.text).toContain('stop requested, not yet confirmed</span>');
    await confirmStopped(world.db, there);
    expect((await ada.see(`/task/${there.taskId}`)).text).toContain('killed</span>');
    expect((await ada.confirm(`/task/${there.taskId}/kill`)).headers.get('location')).toContain('already-over');
  });

  test('of what waits is over at once', async () => {
    const { taskId } = await taskThere(world.db, 'pending');
    expect((await ada.see(`/task/${taskId}/kill`)).text).toContain('Take this out of the queue?');
    await ada.confirm(`/task/${taskId}/kill`);
    expect((await findTask(world.db, taskId))!.state).toBe('killed');
  });

  test('goes back to the page from which it was asked for', async () => {
    const { taskId } = await taskThere(world.db, 'running');
    const question = await ada.see(`/task/${taskId}/kill`, { referer: 'http://signalbox.test/history?state=running&said=halted' });
    const { headers } = await ada.post(`/task/${taskId}/kill`, hiddenIn(question.text.replaceAll('&amp;', '&')));
    expect(headers.get('location')).toBe('/history?state=running&said=kill-requested');
    const elsewhere = await ada.see(`/task/${taskId}/kill`, { referer: 'https://evil.test/x' });
    expect(hiddenIn(elsewhere.text)['back']).toBe(`/task/${taskId}`);
  });

  test.each([
    ['without the session’s key', { key: '' }, {}],
    ['with another session’s key', null, {}],
    ['from another site', {}, { origin: 'https://evil.test' }],
    ['from nowhere', {}, { origin: 'null' }],
  ])('%s is refused', async (_, fields, headers) => {
    const { taskId } = await taskThere(world.db, 'running');
    const own = hiddenIn((await ada.see(`/task/${taskId}/kill`)).text);
    const others = { key: hiddenIn((await (await signedIn(world)).see(`/task/${taskId}/kill`)).text)['key']! };
    const { status, text } = await ada.post(`/task/${taskId}/kill`, { ...own, ...(fields ?? others) }, headers);
    expect(status).toBe(403);
    expect(text).toContain('not of your session');
    expect((await stopStateOf(world.db, taskId)).kill).toBeNull();
  });

  test.each([randomUUID(), 'x'])('of what is not there is not there: %s', async (id) => {
    expect((await ada.see(`/task/${id}/kill`)).status).toBe(404);
  });
});

test('a stop asks the agent to wrap up', async () => {
  const { taskId } = await taskThere(world.db, 'running');
  expect((await ada.confirm(`/task/${taskId}/stop`)).headers.get('location')).toContain('stop-requested');
  expect((await ada.confirm(`/task/${taskId}/stop`)).headers.get('location')).toContain('stop-before');
  expect((await ada.see(`/task/${taskId}`)).text).toContain('wrapping up');
});

describe('a retry', () => {
  test('makes one task, however often its form is sent, and leads to it', async () => {
    const there = await taskThere(world.db, 'running');
    await complete(world.db, there);
    const form = hiddenIn((await ada.see(`/task/${there.taskId}/retry`)).text);
    const sent = { ...form, instruction: 'With hours, too.' };
    const [once, twice] = [await ada.post(`/task/${there.taskId}/retry`, sent), await ada.post(`/task/${there.taskId}/retry`, sent)];
    const { subject } = (await findTask(world.db, there.taskId))!;
    const made = (await latestTaskOf(world.db, subject))!;
    expect(made).toMatchObject({ continues: there.taskId, instruction: 'With hours, too.', requestedBy: { login: 'api (ada)' } });
    expect([once, twice].map(({ headers }) => headers.get('location'))).toEqual(Array(2).fill(`/task/${made.id}?said=repeated`));
    const again = await ada.confirm(`/task/${there.taskId}/retry`);
    expect(again.headers.get('location')).toBe(`/task/${made.id}?said=busy`);
  });
});

describe('a priority', () => {
  test('is changed while a task waits', async () => {
    const { taskId } = await taskThere(world.db, 'pending');
    expect((await ada.see(`/task/${taskId}/priority`)).text).toMatch(/<option\s+selected>5<\/option>/);
    await ada.confirm(`/task/${taskId}/priority`, { priority: '1' });
    expect((await findTask(world.db, taskId))!.priority).toBe(1);
    expect(await newest('task.edited')).toMatchObject({ taskId, data: { actor: 'api (ada)', priority: 1 } });
  });

  test('stays when there is no such one, and of what does not wait', async () => {
    const waiting = await taskThere(world.db, 'pending');
    for (const priority of ['0', '11', '1.5', 'x', '']) {
      expect((await ada.confirm(`/task/${waiting.taskId}/priority`, { priority })).status).toBe(404);
    }
    const running = await taskThere(world.db, 'running');
    expect((await ada.confirm(`/task/${running.taskId}/priority`, { priority: '1' })).headers.get('location')).toContain('not-waiting');
    expect([(await findTask(world.db, waiting.taskId))!.priority, (await findTask(world.db, running.taskId))!.priority]).toEqual([5, 5]);
  });
});

test('a halt is named on every page until it is lifted', async () => {
  await ada.confirm('/instance/halt', { reason: 'too hot' });
  expect(await haltOf(world.db)).toMatchObject({ actor: 'api (ada)', route: 'dashboard', reason: 'too hot' });
  for (const path of ['/', '/queue', '/figures']) expect((await ada.see(path)).text).toContain('too hot');
  expect((await ada.confirm('/instance/halt')).headers.get('location')).toBe('/?said=halted-before');
  await ada.confirm('/instance/lift-halt');
  expect(await haltOf(world.db)).toBeNull();
  expect((await ada.see('/')).text).not.toContain('too hot');
});

test('a pause of the queue is named on every page until it goes on', async () => {
  await ada.confirm('/instance/pause');
  expect((await world.queue.stats()).paused).toBe(true);
  expect((await ada.see('/history')).text).toContain('The queue is paused.');
  expect(await newest('queue.paused')).toMatchObject({ data: { actor: 'api (ada)', route: 'dashboard' } });
  await ada.confirm('/instance/resume');
  expect((await world.queue.stats()).paused).toBe(false);
  expect(await newest('queue.resumed')).toMatchObject({ data: { actor: 'api (ada)', route: 'dashboard' } });
});

describe('a kill of everything', () => {
  test('of one repository stops nothing of another', async () => {
    const here = await taskThere(world.db, 'running', { repository: 'acme/here' });
    const there = await taskThere(world.db, 'running', { repository: 'acme/there' });
    const { text } = await ada.see('/at/github/acme/here/kill-all');
    expect(text).toContain('Kill all agents of acme/here?');
    expect(text).toContain('acme/here#');
    expect(text).not.toContain('acme/there#');
    const { headers } = await ada.confirm('/at/github/acme/here/kill-all');
    expect(headers.get('location')).toBe('/repositories/github/acme/here?said=all-requested');
    expect([(await stopStateOf(world.db, here.taskId)).kill !== null, (await stopStateOf(world.db, there.taskId)).kill]).toEqual([
      true,
      null,
    ]);
  });

  test('stops all of them, by name', async () => {
    const { taskId } = await taskThere(world.db, 'running', { repository: 'acme/everywhere' });
    expect((await ada.see('/instance/kill-all')).text).toContain('acme/everywhere#');
    expect((await ada.confirm('/instance/kill-all')).headers.get('location')).toBe('/?said=all-requested');
    expect((await stopStateOf(world.db, taskId)).kill).not.toBeNull();
  });
});

describe('a role', () => {
  const ACTIONS: readonly (readonly [string, Role])[] = [
    ['kill', 'operator'],
    ['stop', 'operator'],
    ['retry', 'operator'],
    ['priority', 'operator'],
    ['/instance/pause', 'operator'],
    ['/instance/resume', 'operator'],
    ['/at/github/acme/duration/kill-all', 'operator'],
    ['/instance/halt', 'admin'],
    ['/instance/lift-halt', 'admin'],
    ['/instance/kill-all', 'admin'],
  ];
  const ROLES: readonly Role[] = ['viewer', 'operator', 'admin'];

  test.each(ROLES)('%s sees and does what it may, and nothing more', async (role) => {
    const somebody = await as(role);
    const { taskId } = await taskThere(world.db, 'pending', { repository: `acme/${role}` });
    for (const [action, needed] of ACTIONS) {
      const path = action.startsWith('/') ? action : `/task/${taskId}/${action}`;
      const allowed = ROLES.indexOf(role) >= ROLES.indexOf(needed);
      expect([path, (await somebody.see(path)).status]).toEqual([path, allowed ? 200 : 403]);
      if (allowed) continue;
      const key = keyIn((await somebody.see('/')).text);
      expect([path, (await somebody.post(path, { key })).status]).toEqual([path, 403]);
    }
    expect((await findTask(world.db, taskId))!.state).toBe('pending');
    const { text } = await somebody.see('/');
    expect(text.includes(`/task/${taskId}/kill`)).toBe(role !== 'viewer');
    expect(text.includes('/instance/halt')).toBe(role === 'admin');
  });
});

test('a form that is larger than any of ours is not read', async () => {
  expect((await ada.post('/instance/halt', { reason: 'x'.repeat(20_000) })).status).toBe(413);
  expect((await visitor(world).post('/sign-in', { token: 'x'.repeat(20_000) })).status).toBe(413);
});

function keyIn(text: string): string {
  return /name="key" value="([^"]+)"/.exec(text)?.[1] ?? '';
}
