import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GateResult } from '../../src/domain/finding.ts';
import { noteAgent, noteStep, noteUsage, takeAgent, transitionAgent } from '../../src/store/agents.ts';
import { putDiff } from '../../src/store/diffs.ts';
import { appendEvent, change } from '../../src/store/events.ts';
import { putGate } from '../../src/store/gates.ts';
import { appendStep } from '../../src/store/steps.ts';
import { noteOnTask, requestKill, requestStop } from '../../src/store/tasks.ts';
import type { ApiWorld } from '../http/api-world.ts';
import { taskIn } from '../store/open.ts';
import { LIMITS, openWebWorld, signedIn, visitor, type Seen } from './world.ts';

let world: ApiWorld;
let see: (path: string) => Promise<Seen>;
beforeAll(async () => {
  world = await openWebWorld();
  see = (await signedIn(world)).see;
});
afterAll(() => world[Symbol.asyncDispose]());

const FOREIGN = `</title></pre></textarea><script>alert(1)</script><img src=x onerror=alert(1)>"'&`;
const REQUEST = { actor: 'ada', route: 'test', reason: 'out of hand' };

/** A task whose agent is at work; what people and models write is `words`. */
async function atWork(words = 'Mend it'): Promise<{ taskId: string; agentId: string }> {
  const { db, store } = world;
  const [taskId, agentId] = [await taskIn(store, 'dispatched', { requestedBy: { login: words, id: 1 }, instruction: words }), randomUUID()];
  await change(db, (tx) => takeAgent(tx, { id: agentId, taskId, worker: words, host: 'h', model: words, leaseMs: 3_600_000 }));
  await change(db, async (tx) => {
    await transitionAgent(tx, agentId, 'running');
    await noteStep(tx, agentId, words);
    await noteOnTask(tx, taskId, { title: words, branch: words });
    await putGate(tx, taskId, agentId, 0, gate({ summary: words, command: words, log: words, findings: [finding(words)] }));
    await putDiff(tx, agentId, {
      commit: 'a'.repeat(40),
      text: `diff --git a/x b/x\n+++ b/${words}\n@@ -1 +1 @@\n+${words}\n`,
      truncated: true,
    });
    await appendEvent(tx, { type: 'task.kill-unconfirmed', taskId, data: { reason: words } });
  });
  await appendStep(db, agentId, 0, { kind: 'opening', system: words, messages: [{ content: [{ type: 'text', text: words }] }] });
  await appendStep(db, agentId, 1, {
    kind: 'turn',
    message: { content: [{ type: 'tool-call', id: '1', name: words, input: { x: words } }] },
  });
  await appendStep(db, agentId, 2, { kind: 'tool-result', callId: '1', tool: words, text: words, isError: true });
  return { taskId, agentId };
}

function gate(changes: Partial<GateResult> = {}): GateResult {
  const plain = {
    gate: 'lint',
    required: true,
    state: 'failed' as const,
    summary: '',
    command: null,
    findings: [],
    log: '',
    durationMs: 5,
  };
  return { ...plain, coverage: 12.5, ...changes };
}

function finding(words: string): GateResult['findings'][number] {
  return { severity: 'error', path: words, line: 3, endLine: null, rule: words, message: words };
}

test('work on an address of git, without an issue, is shown under that address', async () => {
  const subject = { forge: 'git', repository: 'https://git.example/team/my%20app.git', number: -1 };
  const id = await taskIn(world.store, 'dispatched', { subject, askedOn: -1 });
  const home = '/repositories/git/https%3A//git.example/team/my%2520app.git';
  const { status, text } = await see(`/task/${id}`);
  expect(status).toBe(200);
  expect(text).toContain(`<a href="${home}">${subject.repository}</a> · without an issue`);
  for (const path of [home, '/queue', '/repositories', `/task/${id}`, '/audit-log', `${home.replace('repositories', 'at')}/kill-all`]) {
    const page = await see(path);
    expect(page.status, path).toBe(200);
    expect(page.text, path).toContain(subject.repository);
    expect(page.text, path).not.toMatch(/#-1|#null/);
  }
});

describe('before anything has happened', () => {
  test.each([
    ['/', 'agent:worker', '/agent run'],
    ['/queue', 'Nothing waits', 'priority'],
    ['/history', 'Nobody has asked for anything yet', 'agent:worker'],
    ['/repositories', 'No repository has had an agent yet', 'agent:worker'],
    ['/figures', 'Nothing was spent', 'once one has worked'],
    ['/audit-log', 'Nobody has asked for anything yet', 'written down here'],
  ])('%s says how to get the first row', async (path, ...words) => {
    await using empty = await openWebWorld();
    const { status, text } = await (await signedIn(empty)).see(path);
    expect(status).toBe(200);
    for (const word of words) expect(text).toContain(word);
  });
});

describe('foreign text', () => {
  test('is text on every page', async () => {
    const { taskId, agentId } = await atWork(FOREIGN);
    await change(world.db, async (tx) => {
      await requestStop(tx, taskId, { actor: FOREIGN, route: FOREIGN, reason: FOREIGN });
      await requestKill(tx, taskId, { actor: FOREIGN, route: FOREIGN, reason: FOREIGN });
    });
    const paths = [
      '/',
      '/queue',
      '/history',
      '/repositories',
      '/repositories/github/acme/app',
      '/figures',
      '/audit-log',
      `/task/${taskId}`,
    ];
    for (const path of [...paths, `/task/${taskId}/kill`, `/instance/kill-all`, `/agents/${agentId}/gates/lint`]) {
      const { status, text } = await see(path);
      expect([path, status]).toEqual([path, 200]);
      expect(text, path).not.toMatch(/<script>|<img/);
    }
    expect((await see(`/task/${taskId}`)).text.split('&lt;script&gt;').length).toBeGreaterThan(15);
  });

  test('in an address is text too', async () => {
    const query = new URLSearchParams({
      repository: FOREIGN,
      by: FOREIGN,
      who: FOREIGN,
      state: FOREIGN,
      after: FOREIGN,
      said: FOREIGN,
      days: FOREIGN,
      before: FOREIGN,
    });
    for (const path of ['/', '/queue', '/history', '/repositories', '/figures', '/audit-log']) {
      const { status, text } = await see(`${path}?${query.toString()}`);
      expect([path, status]).toEqual([path, 200]);
      expect(text).not.toMatch(/<script>|<img/);
    }
  });
});

describe('the page of a task', () => {
  test('shows where it stands, what it has used up, its gates, its changes and its transcript', async () => {
    const { taskId, agentId } = await atWork();
    await change(world.db, (tx) => noteAgent(tx, agentId, { limits: { ...LIMITS.agent, costUsd: 2 } }));
    await noteUsage(world.db, agentId, {
      turns: 3,
      inputTokens: 1000,
      outputTokens: 500,
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
      costUsd: 1,
    });
    const text = (await see(`/task/${taskId}`)).text.replace(/\s+/g, ' ');
    for (const part of ['running', '$1.00 <small>of $2.00</small>', '3 <small>of 80</small>', '1.5k <small>of 3M</small>'])
      expect(text).toContain(part);
    for (const part of ['<strong>lint</strong>', '13 % of lines covered', 'There is more than is shown here', 'class="added">+Mend it'])
      expect(text).toContain(part);
    expect(text).toContain(`/agents/${agentId}/gates/lint`);
    expect(text).toContain(`data-live="taskId=${taskId}"`);
  });

  test('from a step on shows what is new of the transcript', async () => {
    const { taskId } = await atWork();
    const whole = (await see(`/task/${taskId}`)).text;
    expect(whole).toContain('id="step-0-0"');
    const next = Number(/data-grows data-next="(\d+)"/.exec(whole)?.[1]);
    expect(next).toBe(1);
    const part = (await see(`/task/${taskId}?from=${next}`)).text;
    expect(part).toContain('id="step-1-0"');
    expect(part).not.toContain('id="step-0-0"');
  });

  test('says that a stop was requested, until it is confirmed', async () => {
    const { taskId } = await atWork();
    await change(world.db, (tx) => requestKill(tx, taskId, REQUEST));
    const { text } = await see(`/task/${taskId}`);
    expect(text).toContain('stop requested, not yet confirmed');
    expect(text.replace(/\s+/g, ' ')).toContain('ada asked to stop it at once: out of hand. Not yet confirmed: Mend it');
    expect(text).not.toContain(`/task/${taskId}/kill`);
  });

  test('is not for who has its address alone', async () => {
    const { taskId } = await atWork();
    expect((await visitor(world).see(`/task/${taskId}`)).status).toBe(303);
  });

  test.each([randomUUID(), 'x', randomUUID().toUpperCase()])('is not there for %s', async (id) => {
    expect((await see(`/task/${id}`)).status).toBe(404);
  });
});

describe('the page of a gate', () => {
  test('is for whoever has its address', async () => {
    const { agentId } = await atWork();
    const { status, text } = await visitor(world).see(`/agents/${agentId}/gates/lint`);
    expect(status).toBe(200);
    for (const part of ['failed', '<code>Mend it:3</code>', 'Log of lint']) expect(text).toContain(part);
  });

  test.each([`${randomUUID()}/gates/lint`, 'x/gates/lint'])('is not there for %s', async (path) => {
    expect((await visitor(world).see(`/agents/${path}`)).status).toBe(404);
  });
});

describe('a list', () => {
  test('goes on behind its last row, and shows every row once', async () => {
    await using many = await openWebWorld();
    const ids: string[] = [];
    for (let count = 0; count < 120; count += 1) ids.push(await taskIn(many.store, 'pending', { priority: 1 + (count % 3) }));
    const ada = await signedIn(many);
    for (const [path, pages] of [
      ['/history', 3],
      ['/queue', 3],
      ['/repositories/github/acme/app', 5],
    ] as const) {
      const seen: string[] = [];
      let next: string | undefined = path;
      let count = 0;
      for (; next !== undefined; count += 1) {
        const { text }: Seen = await ada.see(next);
        seen.push(...Array.from(text.matchAll(/<tr role="row" id="task-([0-9a-f-]{36})"/g), ([, id = '']) => id));
        next = /class="pager">\s*<a\s+href="([^"]+)"/.exec(text)?.[1]?.replaceAll('&amp;', '&');
      }
      expect([path, count]).toEqual([path, pages]);
      expect(seen.toSorted()).toEqual(ids.toSorted());
    }
  });

  test('is narrowed by what its address says, and says so', async () => {
    await using few = await openWebWorld();
    const waiting = await taskIn(few.store, 'pending');
    const other = await taskIn(few.store, 'completed', { agentType: 'tester', requestedBy: { login: 'eve', id: 2 } });
    const ada = await signedIn(few);
    for (const [query, ids] of [
      ['', [other, waiting]],
      ['?state=pending', [waiting]],
      ['?state=over', [other]],
      ['?type=tester', [other]],
      ['?by=eve', [other]],
      ['?repository=acme/app', [other, waiting]],
      ['?repository=acme/none', []],
    ] as const) {
      const { text } = await ada.see(`/history${query}`);
      expect([query, Array.from(text.matchAll(/id="task-([0-9a-f-]{36})"/g), ([, id]) => id)]).toEqual([query, ids]);
    }
    expect((await ada.see('/history?by=nobody')).text).toContain('No task is like that');
    expect((await ada.see('/history?state=pending&by=ada')).text).toMatch(/<option\s+selected>pending<\/option>[\s\S]*value="ada"/);
  });
});

describe('the audit log', () => {
  test('says who asked for what, by which way and why, also when it was refused', async () => {
    await using some = await openWebWorld();
    const subject = { forge: 'github', repository: 'acme/app', number: 7 };
    await change(some.db, async (tx) => {
      await appendEvent(tx, {
        type: 'command.refused',
        data: { ...subject, by: 'eve', command: 'kill-all', route: 'comment', permission: 'read' },
      });
      await appendEvent(tx, { type: 'instance.halted', data: { ...REQUEST } });
      await appendEvent(tx, { type: 'agent.step', data: { step: 'of no interest' } });
    });
    const ada = await signedIn(some);
    const { text } = await ada.see('/audit-log');
    for (const part of ['/agent kill-all, refused (read access)', 'acme/app#7', 'comment', 'halted: out of hand'])
      expect(text).toContain(part);
    expect(text).not.toContain('of no interest');
    expect((await ada.see('/audit-log?who=eve')).text).not.toContain('halted: out of hand');
    expect((await ada.see('/audit-log?kind=instance')).text).not.toContain('kill-all, refused');
    expect((await ada.see('/audit-log?repository=acme/app')).text).not.toContain('halted: out of hand');
  });
});
