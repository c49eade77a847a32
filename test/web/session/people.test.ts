import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPeople } from '../../../src/web/session/people.ts';
import type { RepositoryTruth } from '../../support/forge/driver/truth.ts';
import { taskThere } from '../../support/tasks.ts';
import { openForgeWorld, type ForgeWorld } from '../forge-world.ts';

let world: ForgeWorld;
let truth: RepositoryTruth;
let ada: { login: string; id: number };
beforeAll(async () => {
  world = await openForgeWorld();
  for (const repository of ['acme/one', 'acme/two']) {
    const options = { private: true, files: { 'README.md': '' }, collaborators: { ada: 'write' } } as const;
    truth = await world.github.addRepository(repository, options);
    await taskThere(world.db, 'pending', { repository });
  }
  ada = { login: 'ada', id: (await world.github.as('ada').request<{ id: number }>('GET', '/user')).id };
});
afterAll(() => world[Symbol.asyncDispose]());

const TWO = { forge: 'github', repository: 'acme/two' };
const MINUTE = 60_000;
const questions = () => world.github.requests.filter(({ path }) => path.endsWith('/permission')).length;

function people() {
  const clock = { now: Date.now() };
  const [forge] = world.forges();
  const rightsOf = createPeople({ db: world.db, believedMs: MINUTE, now: () => clock.now });
  return { clock, rights: (who = ada) => rightsOf(forge!, who) };
}

describe('what a forge says of somebody', () => {
  test('is asked once a repository, however many pages they open at once', async () => {
    const { rights } = people();
    const before = questions();
    const all = await Promise.all(Array.from({ length: 20 }, () => rights()));
    expect(questions() - before).toBe(2);
    expect(new Set(all.map(({ scope }) => scope.length))).toEqual(new Set([2]));
  });

  test('is asked at once of a repository that has its first task', async () => {
    const { rights } = people();
    const before = await rights();
    const place = { forge: 'github', repository: 'acme/three' };
    await world.github.addRepository(place.repository, { private: true, collaborators: { ada: 'maintain' } });
    const asked = questions();
    await taskThere(world.db, 'pending', place);
    expect([before.roleIn(place), (await rights()).roleIn(place), questions() - asked]).toEqual([null, 'admin', 1]);
  });

  test('is believed for as long as is set, and not a moment longer', async () => {
    const { clock, rights } = people();
    expect((await rights()).roleIn(TWO)).toBe('operator');
    truth.setRole('ada', 'none');
    clock.now += MINUTE - 1;
    expect((await rights()).roleIn(TWO)).toBe('operator');
    clock.now += 1;
    expect((await rights()).roleIn(TWO)).toBeNull();
    truth.setRole('ada', 'write');
  });

  test('is asked for each account by itself, also under one login', async () => {
    const { rights } = people();
    expect((await rights()).scope).toHaveLength(3);
    expect((await rights({ ...ada, id: ada.id + 1 })).scope).toEqual([]);
  });

  test('is asked again soon where the forge was away', async () => {
    const { clock, rights } = people();
    const away = world.github.fail({ match: /two\/collaborators/, status: 500, times: 100 });
    const partly = await rights();
    expect([partly.isPartial, partly.roleIn(TWO), partly.scope.length]).toEqual([true, null, 2]);
    away.cancel();
    clock.now += 5_000;
    expect(await rights()).toMatchObject({ isPartial: false, scope: [expect.anything(), expect.anything(), expect.anything()] });
  });

  test('is nothing where the App was taken off the repository, which is nobody’s fault', async () => {
    const owner = await world.github.addRepository('left/behind', { private: true, collaborators: { ada: 'admin' } });
    await taskThere(world.db, 'pending', { repository: 'left/behind' });
    owner.setRole('eve', 'read');
    world.github.uninstall('left', 'eve');
    const { rights } = people();
    expect(await rights()).toMatchObject({ isPartial: false, scope: [expect.anything(), expect.anything(), expect.anything()] });
  });

  test('is no yes where the forge does not tell', async () => {
    const name = 'untold/thing';
    await world.gitea.addRepository(name, { private: true, botRole: 'write', collaborators: { ada: 'admin' } });
    await taskThere(world.db, 'pending', { forge: 'gitea', repository: name });
    const id = (await world.gitea.as('ada').request<{ id: number }>('GET', '/user')).id;
    const [, gitea] = world.forges();
    const rightsOf = createPeople({ db: world.db, believedMs: MINUTE });
    expect(await rightsOf(gitea!, { login: 'ada', id })).toMatchObject({ isPartial: true, scope: [] });
  });
});
