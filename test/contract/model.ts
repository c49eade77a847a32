import { describe, expect, test } from 'vitest';
import { SignalboxError } from '../../src/errors.ts';
import type { Message, Model, ModelRequest } from '../../src/model/model.ts';
import type { ScriptedTurn } from '../support/model/script.ts';
import type { ScriptedModel } from '../support/model/scripted-model.ts';

export interface ModelUnderTest extends AsyncDisposable {
  readonly service: ScriptedModel;
  model(options?: { apiKey?: string; maxRetries?: number }): Model;
}

const ADD = {
  name: 'add',
  description: 'Adds two numbers.',
  inputSchema: { type: 'object', properties: { a: { type: 'number' }, b: { type: 'number' } } },
} as const;
const NEVER = new AbortController().signal;

/** What every adapter of the model port does, on a service that plays the given turns. */
export function modelContract(name: string, open: (turns: readonly ScriptedTurn[]) => Promise<ModelUnderTest>): void {
  describe(`the model contract: ${name}`, () => {
    test('text comes piece by piece and whole at the end, with its usage and price', async () => {
      await using under = await open([
        { text: 'Hello there, this is 🐙 speaking at some length.', usage: { input: 100, output: 20, cacheRead: 5, cacheWrite: 7 } },
      ]);
      const pieces: string[] = [];
      const turn = await under.model().step(ask('Hi', { onText: (text) => pieces.push(text) }), NEVER);
      expect(turn.message.content).toEqual([{ type: 'text', text: 'Hello there, this is 🐙 speaking at some length.' }]);
      expect(pieces.length).toBeGreaterThan(1);
      expect(pieces.join('')).toBe('Hello there, this is 🐙 speaking at some length.');
      expect(turn.stop).toBe('end');
      expect(turn.usage).toMatchObject({ inputTokens: 100, outputTokens: 20, cacheReadTokens: 5, cacheWriteTokens: 7 });
      expect(turn.usage.costUsd).toBeGreaterThan(0);
    });

    test('a tool call arrives with its input, and its result goes back with the thinking unchanged', async () => {
      await using under = await open([
        {
          thinking: 'Two and two. I had better ask.',
          text: 'Let me add.',
          tools: [{ name: 'add', input: { a: 2, b: 2, note: 'é\n"quoted"' } }],
        },
        { text: 'Four.' },
      ]);
      const first = await under.model().step(ask('2 + 2?'), NEVER);
      expect(first.stop).toBe('tool-calls');
      const call = first.message.content.find((part) => part.type === 'tool-call');
      expect(call).toMatchObject({ name: 'add', input: { a: 2, b: 2, note: 'é\n"quoted"' } });
      const kept = JSON.parse(JSON.stringify(first.message)) as Message;
      const second = await under
        .model()
        .step(
          ask('2 + 2?', {}, [kept, { role: 'user', content: [{ type: 'tool-result', callId: call!.id, text: '', isError: false }] }]),
          NEVER,
        );
      expect(second.message.content).toEqual([{ type: 'text', text: 'Four.' }]);
    });

    test.each([
      ['max_tokens', 'max-tokens'],
      ['refusal', 'refusal'],
      ['end_turn', 'end'],
      ['pause_turn', 'max-tokens'],
    ] as const)('a stop for %s is told as %s', async (stop, told) => {
      await using under = await open([{ text: 'So far', stop }]);
      expect((await under.model().step(ask('Hi'), NEVER)).stop).toBe(told);
    });

    test.each([
      ['a rate limit', { status: 429, type: 'rate_limit_error' }],
      ['an overload', { status: 529, type: 'overloaded_error' }],
      ['a fault of the service', { status: 500, type: 'api_error' }],
      ['a stream that is cut', { stream: 'cut' }],
      ['an overload in the middle of the stream', { stream: 'error' }],
    ] as const)('%s is tried again inside the step', async (_, fault) => {
      await using under = await open([{ text: 'At last a rather long answer.', fail: { ...fault, times: 1 } }]);
      const turn = await under.model({ maxRetries: 2 }).step(ask('Hi'), NEVER);
      expect(turn.message.content).toEqual([{ type: 'text', text: 'At last a rather long answer.' }]);
      expect(under.service.requests).toHaveLength(2);
    });

    test.each([
      ['a rate limit', { status: 429, type: 'rate_limit_error' }, 'model.rate-limited', true],
      ['an overload', { status: 529, type: 'overloaded_error' }, 'model.overloaded', true],
      ['a stream that is cut', { stream: 'cut' }, 'model.unreachable', true],
      ['an unacceptable request', { status: 400, type: 'invalid_request_error' }, 'model.refused-request', false],
      [
        'a conversation that is too long',
        { status: 400, type: 'invalid_request_error', message: 'prompt is too long: 210000 tokens > 200000 maximum' },
        'model.context-full',
        false,
      ],
    ] as const)('%s that stays is the error %s', async (_, fail, code, retryable) => {
      await using under = await open([{ text: 'Never said.', fail }]);
      const error = await failure(under.model({ maxRetries: 0 }).step(ask('Hi'), NEVER));
      expect(error).toMatchObject({ code, retryable });
      expect(error.nextStep).not.toBe('');
    });

    test('a wrong key is an error that does not hold the key, and is not tried again', async () => {
      await using under = await open([{ text: 'Never said.' }]);
      const error = await failure(under.model({ apiKey: 'sk-wrong-key-000' }).step(ask('Hi'), NEVER));
      expect(error).toMatchObject({ code: 'model.auth', retryable: false });
      expect(everythingIn(error)).not.toContain('sk-wrong-key-000');
      expect(under.service.requests).toHaveLength(1);
    });

    test('an abort closes the stream at once and rejects with its reason', async () => {
      await using under = await open([{ text: 'A long answer that never gets to its end.', fail: 'hang' }]);
      const abort = new AbortController();
      const reason = new Error('killed');
      const step = under.model().step(ask('Hi', { onText: () => abort.abort(reason) }), abort.signal);
      await expect(step).rejects.toBe(reason);
      expect(await under.service.requests[0]!.ended).toBe('closed');
      expect(under.service.requests).toHaveLength(1);
    });

    test('an abort while it waits to try again ends the wait', async () => {
      await using under = await open([
        { text: 'Never said.', fail: { status: 529, type: 'overloaded_error', headers: { 'retry-after-ms': '60000' } } },
      ]);
      const abort = new AbortController();
      const step = under.model().step(ask('Hi'), abort.signal);
      void under.service
        .arrived(0)
        .then((request) => request.ended)
        .then(() => abort.abort(new Error('killed')));
      await expect(step).rejects.toThrow('killed');
    });

    test('an aborted signal makes no request', async () => {
      await using under = await open([{ text: 'Never said.' }]);
      await expect(under.model().step(ask('Hi'), AbortSignal.abort(new Error('killed')))).rejects.toThrow('killed');
      expect(under.service.requests).toHaveLength(0);
    });

    test('half characters and NUL are taken out of what is sent', async () => {
      await using under = await open([{ text: 'Fine.' }]);
      await under.model().step(ask('broken \ud83d here\0'), NEVER);
      expect(JSON.stringify(under.service.requests[0]!.body)).toContain('broken \ufffd here');
    });

    test('messages and texts without content are left out, and what then stands side by side is one message', async () => {
      await using under = await open([{ text: 'Still here.' }]);
      const blank: Message = {
        role: 'user',
        content: [
          { type: 'text', text: ' \n' },
          { type: 'text', text: 'And now?' },
        ],
      };
      await under.model().step(ask('Hi', {}, [{ role: 'assistant', content: [] }, blank]), NEVER);
      const [message, ...others] = under.service.requests[0]!.body!.messages;
      expect(others).toEqual([]);
      expect(message!.content).toMatchObject([{ text: 'Hi' }, { text: 'And now?' }]);
    });

    test('the check says whether the service answers', async () => {
      await using under = await open([{ text: 'ready' }]);
      expect(await under.model().check()).toMatchObject({ ok: true });
      expect(await under.model({ apiKey: 'sk-wrong-key-000' }).check()).toMatchObject({
        ok: false,
        detail: expect.not.stringContaining('sk-wrong-key-000'),
      });
    });
  });
}

function ask(text: string, options: Partial<ModelRequest> = {}, rest: readonly Message[] = []): ModelRequest {
  return {
    system: 'You add.',
    messages: [{ role: 'user', content: [{ type: 'text', text }] }, ...rest],
    tools: [ADD],
    maxOutputTokens: 1000,
    ...options,
  };
}

async function failure(step: Promise<unknown>): Promise<SignalboxError> {
  const error: unknown = await step.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SignalboxError);
  return error as SignalboxError;
}

/** Whatever a logger could print of an error. */
function everythingIn(error: unknown): string {
  if (!(error instanceof Error)) return JSON.stringify(error) ?? '';
  return [error.message, error.stack, JSON.stringify(Object.entries(error)), error.cause ? everythingIn(error.cause) : ''].join('\n');
}
