import { createServer } from 'node:http';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { createModel } from '../../../src/model/index.ts';
import { modelContract } from '../../contract/model.ts';
import type { Script } from '../../support/model/script.ts';
import { startScriptedModel } from '../../support/model/scripted-model.ts';

const KEY = 'sk-test-key-123456';
const NAME = 'claude-opus-5-5';

async function open(script: Script) {
  const service = await startScriptedModel({ apiKey: KEY, script });
  return {
    service,
    model: (options: { apiKey?: string; maxRetries?: number } = {}) =>
      createModel({ provider: 'claude', name: NAME, apiKey: KEY, baseUrl: service.url, ...options }),
    [Symbol.asyncDispose]: () => service[Symbol.asyncDispose](),
  };
}

modelContract('claude', open);

const ASK = {
  system: 'You help.',
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
  maxOutputTokens: 100,
  tools: [
    { name: 'bash', description: 'Runs a command.', inputSchema: { type: 'object' }, builtin: 'bash' },
    { name: 'str_replace_based_edit_tool', description: 'Edits.', inputSchema: { type: 'object' }, builtin: 'text-editor' },
    { name: 'submit', description: 'Ends.', inputSchema: { type: 'object' } },
  ],
} as const;
const NEVER = new AbortController().signal;

describe('claude', () => {
  test('its own tools are sent as such, and the prefix is marked for the cache', async () => {
    await using under = await open([{ text: 'Hello.' }]);
    await under.model().step(ASK, NEVER);
    const body = under.service.requests[0]!.body!;
    const cache_control = { type: 'ephemeral' };
    expect(body.tools).toEqual([
      { type: 'bash_20250124', name: 'bash' },
      { type: 'text_editor_20250728', name: 'str_replace_based_edit_tool' },
      { name: 'submit', description: 'Ends.', input_schema: { type: 'object' }, cache_control },
    ]);
    expect(body.system).toEqual([{ type: 'text', text: 'You help.', cache_control }]);
    expect(body.messages).toEqual([{ role: 'user', content: [{ type: 'text', text: 'Hi', cache_control }] }]);
    expect(body.stream).toBe(true);
  });

  test.each([
    ['an unknown model', { status: 404, type: 'not_found_error', message: 'model: claude-x' }, /AI_MODEL/],
    [
      'an empty account',
      { status: 400, type: 'invalid_request_error', message: 'Your credit balance is too low to access the API.' },
      /credit/,
    ],
    ['a key without permission', { status: 403, type: 'permission_error' }, /CLAUDE_API_KEY/],
  ])('%s names the next step', async (_, fail, nextStep) => {
    await using under = await open([{ fail }]);
    await expect(under.model({ maxRetries: 0 }).step(ASK, NEVER)).rejects.toMatchObject({
      retryable: false,
      nextStep: expect.stringMatching(nextStep),
    });
  });

  test('nobody at the base URL is said with its address, without the password in it', async () => {
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const { port } = free.address() as { port: number };
    free.close();
    await once(free, 'close');
    const model = createModel({
      provider: 'claude',
      name: NAME,
      apiKey: KEY,
      baseUrl: `http://user:hidden@127.0.0.1:${port}`,
      maxRetries: 0,
    });
    const error: unknown = await model.step(ASK, NEVER).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'model.unreachable', retryable: true, message: expect.stringContaining('127.0.0.1') });
    expect((error as Error).message).not.toContain('hidden');
  });

  test('a key with a line break in it is not quoted by the error about it', async () => {
    await using under = await open([{ text: 'Hello.' }]);
    const error = await under
      .model({ apiKey: 'sk-first-half\nsecond-half', maxRetries: 0 })
      .step(ASK, NEVER)
      .then(
        () => null,
        (reason: Error) => reason,
      );
    expect(error).not.toBeNull();
    for (const text of [error!.message, String(error!.stack), (error!.cause as Error).message, String((error!.cause as Error)?.stack)]) {
      expect(text).not.toContain('sk-first-half');
      expect(text).not.toContain('second-half');
    }
  });

  test('a service that echoes the key has it taken out', async () => {
    await using under = await open([{ fail: { status: 400, type: 'invalid_request_error', message: `bad header Bearer ${KEY}` } }]);
    await expect(under.model({ maxRetries: 0 }).step(ASK, NEVER)).rejects.toMatchObject({ message: expect.not.stringContaining(KEY) });
  });

  test('a conversation that is full is told by the next step, not hidden', async () => {
    await using under = await open([{ text: 'So far', stop: 'model_context_window_exceeded' }]);
    expect((await under.model().step(ASK, NEVER)).stop).toBe('max-tokens');
  });
});
