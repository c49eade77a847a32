import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readEvents } from '../../src/store/events.ts';
import { lastUnconfirmed } from '../../src/store/overview.ts';
import { findTask, stopStateOf } from '../../src/store/tasks.ts';
import { startEnforcer } from '../../workers/enforcer.ts';
import { until } from '../flow/stage.ts';
import { deadAgent, killLongAgo, openScene, REPOSITORY, type DeadWish, type Scene } from './scene.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene[Symbol.asyncDispose]());

const REQUEST = { actor: 'ada', route: 'comment', reason: 'wrong issue' };

/** The end of an agent whose worker is gone, and of which somebody wants nothing any more. */
async function enforced(wish: DeadWish) {
  const { taskId } = await deadAgent(scene, wish);
  await killLongAgo(scene, taskId, REQUEST);
  await using _ = startEnforcer(scene);
  const task = await until(async () => {
    const found = await findTask(scene.db, taskId);
    return found?.state === 'killed' ? found : null;
  }, 'the task to end');
  const types = (await readEvents(scene.db, { after: 0, limit: 1000, taskId })).map(({ type }) => type);
  return { task, said: task.outcome!.message, types, confirmed: (await stopStateOf(scene.db, taskId)).killConfirmedAt !== null };
}

async function pushed(branch: string): Promise<string> {
  return scene.github.as('ada').push(REPOSITORY, { branch, files: { 'a.txt': branch } });
}

describe('a kill whose worker is gone', () => {
  test('is confirmed from outside, on the agent’s own machine', async () => {
    const { said, types, confirmed } = await enforced({});
    expect({ said, confirmed }).toEqual({ said: 'Stopped by ada (wrong issue).', confirmed: true });
    expect(types.slice(-4)).toEqual(['task.kill-requested', 'agent.killed', 'task.killed', 'task.kill-confirmed']);
  });

  test('is not confirmed from another machine, and that is said', async () => {
    const { task, said, types, confirmed } = await enforced({ host: 'there' });
    expect({ said, confirmed }).toEqual({ said: 'Stopped by ada (wrong issue).', confirmed: false });
    expect(types.slice(-3)).toEqual(['agent.killed', 'task.killed', 'task.kill-unconfirmed']);
    expect(await lastUnconfirmed(scene.db, task.id)).toBe('It could not be confirmed what is left on there: its worker does not answer.');
  });

  test('names the branch and the pull request that nobody had written down', async () => {
    const publishing = await pushed('agent/1-x');
    const pull = await scene.github.as('ada').openPull(REPOSITORY, { title: 'X', head: 'agent/1-x', base: 'main' });
    const { task, said } = await enforced({ publishing, task: { branch: 'agent/1-x' } });
    expect(task).toMatchObject({ headSha: publishing, pullRequest: pull.number });
    expect(said).toBe(`Stopped by ada (wrong issue), when its work was already in pull request #${pull.number}.`);
  });

  test('names the branch alone where there is no pull request', async () => {
    const publishing = await pushed('agent/2-x');
    const { task, said } = await enforced({ publishing, task: { branch: 'agent/2-x' } });
    expect(task).toMatchObject({ headSha: publishing, pullRequest: null });
    expect(said).toBe('Stopped by ada (wrong issue), when its work was already on the branch `agent/2-x`, without a pull request.');
  });

  test('does not take somebody else’s commit on the branch for the agent’s', async () => {
    await pushed('agent/3-x');
    const { said } = await enforced({ publishing: 'f'.repeat(40), task: { branch: 'agent/3-x' } });
    expect(said).toBe('Stopped by ada (wrong issue), while the branch `agent/3-x` was being pushed, so that its work may be there.');
  });
});
