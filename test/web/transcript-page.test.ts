import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noteStep, noteUsage, takeAgent } from '../../src/store/agents.ts';
import type { Database } from '../../src/store/database.ts';
import { change } from '../../src/store/events.ts';
import { appendStep } from '../../src/store/steps.ts';
import { transcriptPage } from '../../src/web/transcript-page.ts';
import { openStore, taskIn } from '../store/open.ts';

let store: Database;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store[Symbol.asyncDispose]());

async function agent(model = 'claude'): Promise<string> {
  const [taskId, id] = [await taskIn(store, 'dispatched'), randomUUID()];
  await change(store.db, (tx) => takeAgent(tx, { id, taskId, worker: 'w', host: 'h', model, leaseMs: 1000 }));
  return id;
}

async function page(id: string): Promise<{ status: number; text: string; headers: Headers }> {
  const response = await transcriptPage(store.db, id);
  return { status: response.status, text: await response.text(), headers: response.headers };
}

describe('the page of an agent', () => {
  test('shows what it was told, said and did', async () => {
    const id = await agent();
    await change(store.db, (tx) => noteStep(tx, id, 'the agent is working'));
    await noteUsage(store.db, id, { turns: 3, inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0, costUsd: 0.126 });
    await appendStep(store.db, id, 0, {
      kind: 'opening',
      system: 'Be good.',
      messages: [{ content: [{ type: 'text', text: 'Mend it.' }] }],
    });
    await appendStep(store.db, id, 1, { kind: 'turn', message: { content: [{ type: 'text', text: 'I look.' }] } });
    const { status, text } = await page(id);
    expect(status).toBe(200);
    expect(text.replace(/\s+/g, ' ')).toContain('spawning · claude · 3 turns · $0.13 · the agent is working');
    for (const part of [
      'acme/app#',
      '<pre class="words">Mend it.</pre>',
      '<pre class="words">I look.</pre>',
      'The rules that it was given',
    ])
      expect(text).toContain(part);
  });

  test('shows foreign text as text, in every place', async () => {
    const odd = '</pre><script>alert(1)</script><img src=x onerror=alert(1)>"\'';
    const id = await agent(odd);
    await appendStep(store.db, id, 0, { kind: 'opening', system: odd, messages: [{ content: [{ type: 'text', text: odd }] }] });
    await appendStep(store.db, id, 1, { kind: 'turn', message: { content: [{ type: 'tool-call', name: odd, input: { command: odd } }] } });
    await appendStep(store.db, id, 2, { kind: 'tool-result', tool: odd, text: odd, isError: true });
    const { text, headers } = await page(id);
    expect(text).not.toMatch(/<script>|<img/i);
    expect(text).toContain('&lt;script&gt;');
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
    expect(text).toContain('name="robots" content="noindex"');
  });

  test('is there before the agent has been told anything', async () => {
    expect((await page(await agent())).text).toContain('has not been told anything yet');
  });

  test.each([randomUUID(), 'x', '', "' or 1=1", '../../etc/passwd', randomUUID().toUpperCase()])('is not there for %s', async (id) => {
    expect(await page(id)).toMatchObject({ status: 404, text: expect.stringContaining('No such agent') as string });
  });
});
