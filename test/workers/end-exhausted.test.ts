import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findAgent } from '../../src/store/agents.ts';
import { checkpointOf, putCheckpoint } from '../../src/store/checkpoints.ts';
import { findTask } from '../../src/store/tasks.ts';
import { endExhausted } from '../../workers/end-exhausted.ts';
import { deadAgent, openScene, REPOSITORY, type DeadWish, type Scene } from './scene.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene[Symbol.asyncDispose]());

async function givenUp(wish: DeadWish) {
  const { taskId, agentId } = await deadAgent(scene, wish);
  await mkdir(join(scene.dataDir, 'workspaces', agentId, 'box'), { recursive: true });
  await putCheckpoint(scene.db, agentId, { commit: 'f'.repeat(40), bundle: Buffer.from('x') });
  await endExhausted(scene, { exhausted: (await findAgent(scene.db, agentId))!, task: (await findTask(scene.db, taskId))! });
  const [task, agent] = [await findTask(scene.db, taskId), await findAgent(scene.db, agentId)];
  return { task: task!, agent: agent!, said: task!.outcome!.message };
}

test('an agent that was taken over too often leaves nothing on its machine and no checkpoint', async () => {
  const { task, agent, said } = await givenUp({});
  expect(task).toMatchObject({ state: 'failed', outcome: { code: 'worker.gave-up' } });
  expect(agent.state).toBe('failed');
  expect(said).toBe('The agent was taken over 3 times and did not come to an end.');
  expect(await readdir(join(scene.dataDir, 'workspaces'))).toEqual([]);
  expect(await checkpointOf(scene.db, agent.id)).toBeNull();
});

test('it says what of its work is on the forge, though nobody had written that down', async () => {
  const publishing = await scene.github.as('ada').push(REPOSITORY, { branch: 'agent/1-x', files: { 'a.txt': 'x' } });
  const pull = await scene.github.as('ada').openPull(REPOSITORY, { title: 'X', head: 'agent/1-x', base: 'main' });
  const { task, said } = await givenUp({ publishing, task: { branch: 'agent/1-x' } });
  expect(task).toMatchObject({ headSha: publishing, pullRequest: pull.number });
  expect(said).toContain(`when its work was already in pull request #${pull.number}`);
});

test('who has lost the agent to another worker meanwhile ends nothing', async () => {
  const { taskId, agentId } = await deadAgent(scene);
  const [exhausted, task] = [(await findAgent(scene.db, agentId))!, (await findTask(scene.db, taskId))!];
  await endExhausted(scene, { exhausted: { ...exhausted, leaseToken: exhausted.leaseToken - 1 }, task });
  expect((await findTask(scene.db, taskId))!.state).toBe('running');
});
