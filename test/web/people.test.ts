import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Role } from '../../src/domain/role.ts';
import { appendEvent, change, readEvents } from '../../src/store/events.ts';
import { findTask, latestTaskOf, stopStateOf } from '../../src/store/tasks.ts';
import { eventsIn } from '../support/event-stream.ts';
import type { RepositoryTruth } from '../support/forge/driver/truth.ts';
import { complete, taskThere } from '../support/tasks.ts';
import { openForgeWorld, personAt, type ForgeName, type ForgeWorld } from './forge-world.ts';
import { HOST, signedIn, visitor, type Seen } from './world.ts';

type ForgeRole = 'admin' | 'maintain' | 'write' | 'triage' | 'read' | 'none';

/** What ada may do there, and what she is here. */
const PLACES: readonly (readonly [ForgeName, string, 'public' | 'private', ForgeRole, Role | null])[] = [
  ['github', 'acme/owned', 'private', 'admin', 'admin'],
  ['github', 'acme/kept', 'public', 'maintain', 'admin'],
  ['github', 'acme/made', 'public', 'write', 'operator'],
  ['github', 'acme/sorted', 'public', 'triage', 'viewer'],
  ['github', 'acme/inner', 'private', 'read', 'viewer'],
  ['github', 'acme/known', 'public', 'read', null],
  ['github', 'acme/hidden', 'private', 'none', null],
  ['gitea', 'acme/owned', 'private', 'admin', 'admin'],
  ['gitea', 'acme/made', 'public', 'write', 'operator'],
  ['gitea', 'acme/inner', 'private', 'read', 'viewer'],
  ['gitea', 'acme/known', 'public', 'read', null],
  ['gitea', 'acme/hidden', 'private', 'none', null],
];
const of = (forge: ForgeName) => PLACES.filter(([name]) => name === forge);

let world: ForgeWorld;
const truths = new Map<string, RepositoryTruth>();
/** A task at work in each, by forge and repository. */
const there = new Map<string, { taskId: string; agentId: string }>();

beforeAll(async () => {
  world = await openForgeWorld();
  for (const [forge, repository, visibility, role] of PLACES) {
    const options = { private: visibility === 'private', files: { 'README.md': '' } };
    const truth = await world[forge].addRepository(repository, options);
    truth.setRole('ada', role);
    truths.set(`${forge} ${repository}`, truth);
    there.set(`${forge} ${repository}`, await taskThere(world.db, 'running', { forge, repository }));
    const data = { forge, repository, number: 7, actor: 'mallory', reason: `refused in ${forge}` };
    await change(world.db, (tx) => appendEvent(tx, { type: 'command.refused', data }));
  }
  await change(world.db, (tx) => appendEvent(tx, { type: 'token.created', data: { actor: 'root', name: 'the master token' } }));
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  for (const forge of [world.github, world.gitea]) forge.assertConformant();
});

const LISTS = ['/', '/queue', '/history', '/repositories', '/figures', '/audit-log', '/history?repository=acme/hidden'];
const atWork = (forge: ForgeName, repository: string) => there.get(`${forge} ${repository}`)!;
const keyIn = ({ text }: Seen) => /name="key" value="([^"]+)"/.exec(text)?.[1] ?? '';

describe.each(['github', 'gitea'] as const)('somebody who signed in at %s', (forge) => {
  let ada: Awaited<ReturnType<typeof personAt>>;
  beforeEach(async () => {
    ada = await personAt(world.app, forge);
  });

  test.each(of(forge))('on %s, %s (%s, %s) has the role %s', async (_, repository, __, ___, role) => {
    const { taskId } = atWork(forge, repository);
    const status = async (path: string) => (await ada.see(path)).status;
    const wanted = (needed: Role) => {
      if (role === null) return 404;
      const roles: readonly Role[] = ['viewer', 'operator', 'admin'];
      return roles.indexOf(role) >= roles.indexOf(needed) ? 200 : 403;
    };
    expect(await status(`/task/${taskId}`)).toBe(wanted('viewer'));
    expect(await status(`/repositories/${forge}/${repository}`)).toBe(wanted('viewer'));
    for (const action of ['kill', 'stop', 'retry', 'priority']) expect(await status(`/task/${taskId}/${action}`)).toBe(wanted('operator'));
    expect(await status(`/at/${forge}/${repository}/kill-all`)).toBe(wanted('admin'));
    const here = await ada.see(`/repositories/${forge}/${repository}`);
    expect(here.text.includes('Kill all here')).toBe(role === 'admin');
  });

  test('finds nothing of what they may not see on any list', async () => {
    const hidden = PLACES.filter(([name, , , , role]) => name !== forge || role === null).map(([name, repository]) =>
      atWork(name, repository),
    );
    for (const path of LISTS) {
      const { status, text } = await ada.see(path);
      expect([path, status]).toEqual([path, 200]);
      for (const { taskId } of hidden) expect([path, text.includes(taskId)]).toEqual([path, false]);
      expect(text).not.toMatch(/acme\/(hidden|known)(?!" )/);
      expect(text).not.toContain('the master token');
    }
  });

  test('finds all of what they may see, and figures of it alone', async () => {
    const visible = of(forge).filter(([, , , , role]) => role !== null);
    const first = await ada.see('/');
    for (const [name, repository] of visible) expect(first.text).toContain(atWork(name, repository).taskId);
    expect(first.text).toMatch(new RegExp(`At work</dt>\\s*<dd class="value">${visible.length}</dd>`));
    expect(first.text).not.toContain('at once');
    const { text } = await ada.see('/audit-log?kind=refusals');
    expect(text.match(/<tr/g)).toHaveLength(visible.length + 1);
    expect(await countedTasks(ada)).toBe(visible.length);
  });

  test('is not offered what is about the whole instance, and may not do it', async () => {
    for (const action of ['halt', 'lift-halt', 'pause', 'resume', 'kill-all']) {
      const { status, text } = await ada.see(`/instance/${action}`);
      expect([action, status]).toEqual([action, 403]);
      expect(text).toContain('needs a token');
      expect((await ada.post(`/instance/${action}`, { key: keyIn(await ada.see('/')) })).status).toBe(403);
    }
    for (const path of LISTS) expect((await ada.see(path)).text).not.toContain('/instance/');
  });

  test('gives a command under their own name', async () => {
    const { taskId } = await taskThere(world.db, 'running', { forge, repository: 'acme/made' });
    await ada.confirm(`/task/${taskId}/kill`, { reason: 'wrong issue' });
    expect((await stopStateOf(world.db, taskId)).kill).toEqual({ actor: 'ada', route: 'dashboard', reason: 'wrong issue' });
    const told = await readEvents(world.db, { after: 0, limit: 100, taskId, types: ['task.kill-requested'] });
    expect(told).toMatchObject([{ data: { actor: 'ada', route: 'dashboard' } }]);
  });

  test('asks for work as the account that they are', async () => {
    const over = await taskThere(world.db, 'running', { forge, repository: 'acme/made' });
    await complete(world.db, over);
    await ada.confirm(`/task/${over.taskId}/retry`);
    const { subject } = (await findTask(world.db, over.taskId))!;
    const made = (await latestTaskOf(world.db, subject))!;
    const id = (await world[forge].as('ada').request<{ id: number }>('GET', '/user')).id;
    expect(made).toMatchObject({ continues: over.taskId, requestedBy: { login: 'ada', id } });
  });

  test.each(['kill', 'stop', 'priority'])('cannot %s what they may only see, nor what they may not', async (action) => {
    for (const [repository, status] of [
      ['acme/inner', 403],
      ['acme/known', 404],
      ['acme/hidden', 404],
    ] as const) {
      const { taskId } = atWork(forge, repository);
      const sent = await ada.post(`/task/${taskId}/${action}`, { key: keyIn(await ada.see('/')), priority: '1' });
      expect([repository, sent.status]).toEqual([repository, status]);
      expect(await stopStateOf(world.db, taskId)).toMatchObject({ kill: null, stop: null });
    }
  });

  test('stops everything of a repository that is theirs, and nothing of another forge’s', async () => {
    const other = forge === 'github' ? 'gitea' : 'github';
    const [here, elsewhere] = [
      await taskThere(world.db, 'pending', { forge, repository: 'acme/owned' }),
      await taskThere(world.db, 'pending', { forge: other, repository: 'acme/owned' }),
    ];
    await ada.confirm(`/at/${forge}/acme/owned/kill-all`);
    expect((await findTask(world.db, here.taskId))!.state).toBe('killed');
    const sent = await ada.post(`/at/${other}/acme/owned/kill-all`, { key: keyIn(await ada.see('/')) });
    expect(sent.status).toBe(404);
    expect((await findTask(world.db, elsewhere.taskId))!.state).toBe('pending');
  });

  test('gets nothing of the API, which tells of the whole instance', async () => {
    const headers = { cookie: ada.cookie, host: HOST };
    const { agentId } = atWork(forge, 'acme/owned');
    for (const path of [
      '/agents',
      '/tasks',
      '/audit',
      '/tokens',
      '/halt',
      '/queue/stats',
      '/metrics',
      '/agents/events/recent',
      `/agents/${agentId}`,
    ]) {
      expect([path, (await world.app.request(`http://${HOST}${path}`, { headers })).status]).toEqual([path, 401]);
    }
  });

  test('loses with the next look what they lose on the forge', async () => {
    const truth = truths.get(`${forge} acme/made`)!;
    const { taskId } = atWork(forge, 'acme/made');
    expect((await ada.see(`/task/${taskId}`)).status).toBe(200);
    truth.setRole('ada', 'none');
    expect((await ada.see(`/task/${taskId}`)).status).toBe(404);
    expect((await ada.post(`/task/${taskId}/kill`, { key: keyIn(await ada.see('/')) })).status).toBe(404);
    truth.setRole('ada', 'write');
    expect((await ada.see(`/task/${taskId}`)).status).toBe(200);
  });

  test('is told when the forge does not say what they may do, and sees nothing on a guess', async () => {
    const { taskId } = atWork(forge, 'acme/owned');
    const failing = world[forge].fail({ match: /\/permission$/, status: 500, times: 1000 });
    const first = await ada.see('/');
    expect(first.status).toBe(200);
    expect(first.text).toContain('Some repositories may be missing.');
    expect(first.text).not.toContain(taskId);
    const page = await ada.see(`/task/${taskId}`);
    expect([page.status, page.text]).toEqual([404, expect.stringContaining('Some repositories may be missing.') as string]);
    failing.cancel();
    expect((await ada.see(`/task/${taskId}`)).status).toBe(200);
  });

  test('who may see nothing is told why it is empty', async () => {
    const eve = await personAt(world.app, forge, 'eve');
    expect((await eve.see('/')).text).toContain('There is nothing that you may see.');
  });

  test('who has another’s old login has nothing of theirs', async () => {
    const stand = world[forge];
    const [login, taken] = [`bob-${forge}`, `bob-${forge}-before`];
    stand.addUser(login);
    const truth = truths.get(`${forge} acme/owned`)!;
    const { taskId } = atWork(forge, 'acme/owned');
    const bob = await personAt(world.app, forge, login);
    expect((await bob.see(`/task/${taskId}`)).status).toBe(404);
    stand.rename(login, taken);
    stand.addUser(login);
    truth.setRole(login, 'admin');
    expect((await bob.see(`/task/${taskId}`)).status).toBe(404);
    expect((await (await personAt(world.app, forge, login)).see(`/task/${taskId}`)).status).toBe(200);
  });

  test('hears what happens where they may look, and nothing else', async () => {
    const app = world.build({ believedMs: 60_000 });
    const viewer = await personAt(app, forge);
    const opened = await app.request(`http://${HOST}/agents/events`, { headers: { cookie: viewer.cookie, host: HOST } });
    expect(opened.status).toBe(200);
    const { agentId: foreign } = atWork(forge, 'acme/hidden');
    expect((await app.request(`http://${HOST}/agents/events?agentId=${foreign}`, { headers: { cookie: viewer.cookie } })).status).toBe(404);
    const heard = eventsIn(opened.body!);
    const tell = (repository: string) =>
      change(world.db, (tx) => appendEvent(tx, { type: 'command.refused', data: { forge, repository, number: 1, actor: 'eve' } }));
    for (const repository of ['acme/hidden', 'acme/known', 'acme/inner']) await tell(repository);
    expect((await heard.next()).value).toMatchObject({ type: 'command.refused', data: { forge, repository: 'acme/inner' } });
    await heard.return(undefined);
  });
});

test('a stream of somebody whose rights have to be looked up again comes to its end', async () => {
  const ada = await personAt(world.app, 'github');
  const opened = await world.app.request(`http://${HOST}/agents/events`, { headers: { cookie: ada.cookie, host: HOST } });
  expect(await opened.text()).toMatch(/^retry: \d+/);
});

test('who holds a token sees everything, as before', async () => {
  const admin = await signedIn(world);
  const { text } = await admin.see('/');
  for (const { taskId } of there.values()) expect(text).toContain(taskId);
  expect((await visitor(world).see('/')).status).toBe(303);
});

/** By the list of repositories. */
async function countedTasks(somebody: { see(path: string): Promise<Seen> }): Promise<number> {
  const { text } = await somebody.see('/repositories');
  return text.match(/class="subject"/g)?.length ?? 0;
}
