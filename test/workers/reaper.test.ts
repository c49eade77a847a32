import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderStatus } from '../../src/report/status-text.ts';
import { viewOf } from '../../src/report/view.ts';
import { moveAgent } from '../../src/store/agents.ts';
import { change, readEvents } from '../../src/store/events.ts';
import { staysOf } from '../../src/store/stays.ts';
import { findTask, stopStateOf } from '../../src/store/tasks.ts';
import { startEnforcer } from '../../workers/enforcer.ts';
import { startReaper } from '../../workers/reaper.ts';
import { until } from '../flow/stage.ts';
import { deadAgent, killLongAgo, openScene, type Scene } from './scene.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene[Symbol.asyncDispose]());

const REQUEST = { actor: 'ada', route: 'comment', reason: 'wrong issue' };

/** A kill that was ended from another machine than the agent's, which has still all of it. */
async function unconfirmedKill(host: string, later: readonly string[] = []) {
  const { taskId, agentId } = await deadAgent(scene, { host });
  for (const next of later) await change(scene.db, (tx) => moveAgent(tx, agentId, next));
  await killLongAgo(scene, taskId, REQUEST);
  {
    await using _ = startEnforcer(scene);
    await until(async () => (await findTask(scene.db, taskId))?.state === 'killed', 'the task to end');
  }
  const hostFolder = join(scene.dataDir, 'workspaces', agentId, 'box');
  await mkdir(hostFolder, { recursive: true });
  const limits = { memoryMb: 256, cpus: 1, processes: 64, tmpMb: 16 };
  await scene.sandboxes.create({ agentId, role: 'agent', hostFolder, network: 'none', limits }, AbortSignal.timeout(60_000));
  return { taskId, agentId };
}

async function headline(taskId: string): Promise<string> {
  return renderStatus(await viewOf(scene.db, (await findTask(scene.db, taskId))!)).split('\n')[0]!;
}

async function confirmedAt(taskId: string): Promise<Date | null> {
  return (await stopStateOf(scene.db, taskId)).killConfirmedAt;
}

describe('a kill that could not be confirmed when it ended', () => {
  test('is confirmed when the agent’s machine is back and has removed what was left there, and that is said', async () => {
    const { taskId, agentId } = await unconfirmedKill('there');
    expect(await headline(taskId)).toBe(
      '⏹️ **Stopped.** Stopped by ada (wrong issue). It could not be confirmed what is left on there: its worker does not answer.',
    );
    expect((await scene.sandboxes.list()).map((one) => one.agentId)).toEqual([agentId]);
    await using _ = startReaper({ ...scene, host: 'there' });
    await until(() => confirmedAt(taskId), 'the confirmation');
    expect(await scene.sandboxes.list()).toEqual([]);
    expect(await readdir(join(scene.dataDir, 'workspaces'))).toEqual([]);
    expect((await readEvents(scene.db, { after: 0, limit: 1000, taskId })).at(-1)!.type).toBe('task.kill-confirmed');
    expect(await headline(taskId)).toMatch(/^⏹️ \*\*Stopped\.\*\* Stopped by ada \(wrong issue\)\. Confirmed after \d+ s\.$/);
  });

  test('waits for each machine that the agent was on, as that of the last one alone is no evidence', async () => {
    const { taskId, agentId } = await unconfirmedKill('first', ['second', 'third']);
    for (const host of ['first', 'third']) {
      await using _ = startReaper({ ...scene, host });
      await until(async () => !(await staysOf(scene.db, taskId)).includes(host), `${host} to be clean`);
      expect(await confirmedAt(taskId)).toBeNull();
    }
    expect(await staysOf(scene.db, taskId)).toEqual(['second']);
    expect(await headline(taskId)).toContain('It could not be confirmed what is left on second: ');
    await using _ = startReaper({ ...scene, host: 'second' });
    await until(() => confirmedAt(taskId), 'the confirmation');
    expect((await scene.sandboxes.list()).filter((one) => one.agentId === agentId)).toEqual([]);
  });

  test('is confirmed by no other machine', async () => {
    const [{ taskId }, mine] = [await unconfirmedKill('elsewhere'), await unconfirmedKill('there')];
    await using _ = startReaper({ ...scene, host: 'there' });
    await until(() => confirmedAt(mine.taskId), 'the confirmation of this machine’s own');
    expect(await confirmedAt(taskId)).toBeNull();
  });
});
