import { afterEach, describe, expect, test } from 'vitest';
import { type Script, textOf } from './script.ts';
import { type ScriptedModel, startScriptedModel } from './scripted-model.ts';
import { signatureOf } from './signature.ts';

const KEY = 'sk-test';
const HEADERS = { 'x-api-key': KEY, 'anthropic-version': '2023-06-01' };

let service: ScriptedModel | null = null;
afterEach(async () => {
  await service?.[Symbol.asyncDispose]();
  service = null;
});

async function post(
  body: unknown,
  options: { headers?: Record<string, string>; script?: Script; path?: string } = {},
): Promise<{ status: number; text: string }> {
  service ??= await startScriptedModel({ apiKey: KEY, script: options.script ?? [{ text: 'Hello' }] });
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(`${service.url}${options.path ?? '/v1/messages'}`, {
    method: 'POST',
    headers: options.headers ?? HEADERS,
    body: text,
  });
  return { status: response.status, text: await response.text() };
}

const ask = (content: unknown) => ({ role: 'user', content });
const say = (...content: unknown[]) => ({ role: 'assistant', content });
const use = (id: string) => ({ type: 'tool_use', id, name: 'bash', input: {} });
const result = (id: string) => ({ type: 'tool_result', tool_use_id: id, content: 'ok' });
const text = (words: string) => ({ type: 'text', text: words });
const marked = { type: 'text', text: 'x', cache_control: { type: 'ephemeral' } };
const BLOCK = ['content_block_start', 'content_block_delta', 'content_block_stop'];
const BASE = { model: 'claude-opus-5', max_tokens: 10, messages: [ask('Hi')] };

describe('the scripted model refuses', () => {
  test.each([
    ['no key', { 'anthropic-version': 'x' }, 401],
    ['a wrong key', { ...HEADERS, 'x-api-key': 'other' }, 401],
    ['no version', { 'x-api-key': KEY }, 400],
  ])('%s', async (_, headers, status) => {
    expect((await post(BASE, { headers })).status).toBe(status);
  });

  test.each([
    ['a body that is not JSON', '{', 'valid JSON'],
    ['half a character', '{"model":"claude-opus-5","max_tokens":1,"messages":[{"role":"user","content":"\\ud83d"}]}', 'surrogate'],
    ['no max_tokens', { ...BASE, max_tokens: undefined }, 'max_tokens'],
    ['no messages', { ...BASE, messages: [] }, 'messages'],
    ['an unknown field', { ...BASE, budget: 1 }, 'budget'],
    ['an answer before a question', { ...BASE, messages: [say(text('Hi'))] }, 'first message'],
    ['a message without content', { ...BASE, messages: [ask([]), say(text('a')), ask('b')] }, 'non-empty content'],
    ['a blank text', { ...BASE, messages: [ask([text(' \n')])] }, 'non-whitespace'],
    ['a conversation that ends with an answer', { ...BASE, messages: [ask('a'), say(text('b'))] }, 'end with a user message'],
    ['a call without its result', { ...BASE, messages: [ask('a'), say(use('t1')), ask('b')] }, 'without tool_result'],
    ['a result without its call', { ...BASE, messages: [ask('a'), say(text('b')), ask([result('t1')])] }, 'unexpected tool_use_id'],
    ['two results for one call', { ...BASE, messages: [ask('a'), say(use('t1')), ask([result('t1'), result('t1')])] }, 'single result'],
    ['a result behind other words', { ...BASE, messages: [ask('a'), say(use('t1')), ask([text('b'), result('t1')])] }, 'come first'],
    [
      'thinking that was changed',
      { ...BASE, messages: [ask('a'), say({ type: 'thinking', thinking: 'b', signature: signatureOf('c') }, text('d')), ask('e')] },
      'signature',
    ],
    ['five cache marks', { ...BASE, messages: [ask([marked, marked, marked, marked, marked])] }, 'maximum of 4'],
    ['an unknown tool of its own', { ...BASE, tools: [{ type: 'bash_20990101', name: 'bash' }] }, 'tools'],
    [
      'two tools of one name',
      {
        ...BASE,
        tools: [
          { type: 'bash_20250124', name: 'bash' },
          { name: 'bash', input_schema: { type: 'object' } },
        ],
      },
      'unique',
    ],
    ['a turn that the script does not have', { ...BASE, messages: [ask('a'), say(text('b')), ask('c')] }, 'no turn 1'],
  ])('%s', async (_, body, reason) => {
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(reason);
    expect(JSON.parse(answer.text)).toMatchObject({ type: 'error', error: { type: 'invalid_request_error' } });
  });

  test('a model that is none of its own, and another path', async () => {
    expect((await post({ ...BASE, model: 'gpt-5' })).status).toBe(404);
    expect((await post(BASE, { path: '/v1/complete' })).status).toBe(404);
  });
});

describe('the scripted model answers', () => {
  test('in the order of events of the real service, tool input in pieces', async () => {
    const input = { command: 'echo "a rather long command, so that it takes more than one piece"' };
    const { text: stream } = await post(
      { ...BASE, stream: true },
      { script: [{ thinking: 'Hm.', text: 'Well.', tools: [{ name: 'bash', input }] }] },
    );
    const events = [...stream.matchAll(/^data: (.*)$/gm)].map(
      (match) => JSON.parse(match[1]!) as { type: string; index?: number; delta?: { type?: string; partial_json?: string } },
    );
    expect(events.map(({ type }) => type).filter((type, at, all) => type !== all[at - 1])).toEqual([
      'message_start',
      'ping',
      ...[BLOCK, BLOCK, BLOCK].flat(),
      'message_delta',
      'message_stop',
    ]);
    const pieces = events.flatMap(({ delta }) => (delta?.type === 'input_json_delta' ? [delta.partial_json!] : []));
    expect(pieces.length).toBeGreaterThan(2);
    expect(JSON.parse(pieces.join(''))).toEqual(input);
  });

  test('many conversations at once, each by what its first message says', async () => {
    const script: Script = [
      { when: 'apples', turns: [{ text: 'red' }, { text: 'still red' }] },
      {
        when: /pears?/,
        turns: [
          { tools: [{ name: 'bash', input: (request: Parameters<typeof textOf>[0]) => ({ command: `echo ${textOf(request, 0)}` }) }] },
        ],
      },
    ];
    service = await startScriptedModel({ apiKey: KEY, script });
    const ask2 = (first: string, ...rest: unknown[]) => post({ ...BASE, messages: [ask(first), ...rest] });
    const [apples, pears, again] = await Promise.all([
      ask2('about apples'),
      ask2('one pear'),
      ask2('about apples', say(text('red')), ask('sure?')),
    ]);
    expect(apples.text).toContain('"red"');
    expect(pears.text).toContain('echo one pear');
    expect(again.text).toContain('still red');
    expect(service.askedTwice()).toEqual([]);
    await ask2('one pear');
    expect(service.askedTwice()).toHaveLength(1);
  });

  test('a turn that fails a number of times after that many requests', async () => {
    const script: Script = [{ text: 'Hello', fail: { status: 529, type: 'overloaded_error', times: 2 } }];
    expect([(await post(BASE, { script })).status, (await post(BASE)).status, (await post(BASE)).status]).toEqual([529, 529, 200]);
  });
});
