import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Limits } from '../../../src/domain/agent.ts';
import { createModel } from '../../../src/model/index.ts';
import { answerSubmit, runAgent } from '../../../workers/agent/loop.ts';
import type { AgentProgress, AgentRun, AgentStop } from '../../../workers/agent/run.ts';
import { type TranscriptStep, type TranscriptStore, openTranscript, usageOf } from '../../../workers/agent/transcript.ts';
import { type AgentSandbox, openAgentSandbox } from '../../support/model/agent-sandbox.ts';
import { type Script, type ScriptedTurn, textOf } from '../../support/model/script.ts';
import { type ScriptedModel, startScriptedModel } from '../../support/model/scripted-model.ts';
import { transcriptInMemory } from '../../support/model/transcript-in-memory.ts';

const KEY = 'sk-test-key-123456';
const LIMITS: Limits = { turns: 50, tokens: 1_000_000, costUsd: 100, wallSeconds: 600, gateRounds: 2 };
const SUBMIT = { name: 'submit', input: { title: 'Fix the total', summary: 'The total was off by one.' } };
const bash = (command: string) => ({ name: 'bash', input: { command } });

let box: AgentSandbox;
let service: ScriptedModel | null = null;
beforeEach(async () => (box = await openAgentSandbox()));
afterEach(async () => {
  await service?.[Symbol.asyncDispose]();
  service = null;
  await box[Symbol.asyncDispose]();
});

async function prepare(
  script: Script,
  options: {
    limits?: Partial<Limits>;
    now?: () => number;
    store?: TranscriptStore;
    signal?: AbortSignal;
    onProgress?: AgentRun['onProgress'];
  } = {},
): Promise<AgentRun> {
  service ??= await startScriptedModel({ apiKey: KEY, script });
  return {
    model: createModel({ provider: 'claude', name: 'claude-opus-5', apiKey: KEY, baseUrl: service.url, maxRetries: 0 }),
    sandbox: box.sandbox,
    transcript: await openTranscript(options.store ?? transcriptInMemory()),
    budget: { limits: { ...LIMITS, ...options.limits }, now: options.now ?? Date.now },
    system: 'You fix things.',
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Fix the total.' }] }],
    signal: options.signal ?? new AbortController().signal,
    onProgress: options.onProgress,
  };
}

function results(run: AgentRun) {
  return run.transcript.steps.filter((step) => step.kind === 'tool-result');
}

function notes(run: AgentRun): string[] {
  return run.transcript.steps.filter((step) => step.kind === 'note').map((step) => step.reason);
}

describe('an agent', () => {
  test('works with its tools in the sandbox until it submits', async () => {
    await box.write('total.js', 'export const total = (a, b) => a + b + 1;\n');
    const progress: AgentProgress[] = [];
    const run = await prepare(
      [
        {
          thinking: 'Look first.',
          text: 'I will look.',
          tools: [bash('cat total.js'), { name: 'str_replace_based_edit_tool', input: { command: 'view', path: 'total.js' } }],
        },
        {
          tools: [
            { name: 'str_replace_based_edit_tool', input: { command: 'str_replace', path: 'total.js', old_str: ' + 1', new_str: '' } },
          ],
        },
        { thinking: 'Done.', tools: [SUBMIT] },
      ],
      { onProgress: (step) => progress.push(step) },
    );
    expect(await runAgent(run)).toEqual({ kind: 'submitted', callId: expect.any(String), ...SUBMIT.input });
    expect(await box.read('total.js')).toBe('export const total = (a, b) => a + b;\n');
    expect(run.transcript.steps.map((step) => step.kind)).toEqual([
      'opening',
      'turn',
      'tool-result',
      'tool-result',
      'turn',
      'tool-result',
      'turn',
    ]);
    expect(usageOf(run.transcript.steps)).toMatchObject({ turns: 3 });
    expect(progress.filter((step) => step.kind === 'tool-started').map(({ about }) => about)).toEqual([
      'cat total.js',
      'view total.js',
      'str_replace total.js',
    ]);
    expect(progress.some((step) => step.kind === 'text')).toBe(true);
  });

  test('goes on after its submission is answered, and its transcript is plain data', async () => {
    const store = transcriptInMemory();
    const run = await prepare([{ tools: [SUBMIT] }, { tools: [bash('echo fixed > fixed.txt')] }, { tools: [SUBMIT] }], { store });
    const first = await runAgent(run);
    expect(first.kind).toBe('submitted');
    await answerSubmit(run, (first as AgentStop & { kind: 'submitted' }).callId, { text: 'Tests failed: total.test.js', isError: true });
    await answerSubmit(run, (first as AgentStop & { kind: 'submitted' }).callId, { text: 'Tests failed, told again', isError: true });
    expect((await runAgent(run)).kind).toBe('submitted');
    expect(await box.read('fixed.txt')).toBe('fixed\n');
    expect(textOf(service!.requests[1]!.body!, -1)).toBe('Tests failed: total.test.js');
    expect(await store.load()).toEqual(run.transcript.steps);
  });

  test('gives the same submission again without asking the model, as after a crash before the gates', async () => {
    const store = transcriptInMemory();
    const first = await runAgent(await prepare([{ tools: [SUBMIT] }], { store }));
    expect(await runAgent(await prepare([], { store }))).toEqual(first);
    expect(service!.requests).toHaveLength(1);
  });

  test('answers what cannot be carried out with an error for the model, and goes on', async () => {
    const run = await prepare([
      {
        tools: [
          { name: 'teleport', input: {} },
          { name: 'bash', input: { cmd: 'ls' } },
          { name: 'submit', input: { title: '' } },
        ],
      },
      { tools: [SUBMIT, bash('echo late')] },
      { tools: [SUBMIT] },
    ]);
    expect((await runAgent(run)).kind).toBe('submitted');
    expect(results(run).map(({ isError, text }) => [isError, text])).toEqual([
      [true, expect.stringContaining('There is no tool "teleport"')],
      [true, expect.stringContaining('does not fit')],
      [true, expect.stringContaining('does not fit')],
      [true, expect.stringContaining('call submit alone')],
      [false, 'late'],
    ]);
  });

  test('is reminded twice when it only talks, and has then given up', async () => {
    const run = await prepare([{ text: 'All done!' }, { text: 'Really.' }, { text: 'Yes.' }]);
    expect(await runAgent(run)).toMatchObject({ kind: 'gave-up' });
    expect(notes(run)).toEqual(['nudge', 'nudge']);
  });

  test('that refuses is stopped', async () => {
    expect(await runAgent(await prepare([{ text: 'I cannot help with that.', stop: 'refusal' }]))).toMatchObject({ kind: 'refused' });
  });

  test('does not run a call that was cut off by the output limit', async () => {
    const run = await prepare([
      { tools: [bash('touch cut.txt')], stop: 'max_tokens' },
      { text: 'Half a', stop: 'max_tokens' },
      { tools: [SUBMIT] },
    ]);
    expect((await runAgent(run)).kind).toBe('submitted');
    expect(results(run)[0]).toMatchObject({ isError: true, text: expect.stringContaining('cut off') });
    expect(notes(run)).toEqual(['cut']);
    await expect(box.read('cut.txt')).rejects.toThrow('ENOENT');
  });

  test('that does the same over and over is told, and then stopped', async () => {
    const run = await prepare(() => ({ tools: [bash('echo same')] }));
    expect(await runAgent(run)).toMatchObject({ kind: 'stuck', message: expect.stringContaining('8 times') });
    expect(notes(run)).toEqual(['stuck']);
    expect(service!.requests).toHaveLength(8);
  });

  test('whose command changes its result is not stuck', async () => {
    const turn: ScriptedTurn = { tools: [bash('echo x >> log; wc -l < log')] };
    expect((await runAgent(await prepare([...Array.from({ length: 9 }, () => turn), { tools: [SUBMIT] }]))).kind).toBe('submitted');
  });
});

describe('a budget ends an agent', () => {
  test('at its turns, after a warning', async () => {
    let count = 0;
    const run = await prepare(() => ({ tools: [bash(`echo ${count++}`)] }), { limits: { turns: 5 } });
    expect(await runAgent(run)).toEqual({ kind: 'out-of-budget', limit: 'turns', message: 'The agent used up its model calls: 5 of 5.' });
    expect(notes(run)).toEqual(['budget']);
    expect(textOf(service!.requests[4]!.body!, -1)).toContain('4 of 5');
    expect(service!.requests).toHaveLength(5);
  });

  test.each([
    ['tokens', { tokens: 1500 }, { output: 2000 }],
    ['costUsd', { costUsd: 0.01 }, { output: 1000 }],
  ] as const)('at its %s', async (limit, limits, usage) => {
    const run = await prepare([{ tools: [bash('true')], usage }, { tools: [SUBMIT] }], { limits });
    expect(await runAgent(run)).toMatchObject({ kind: 'out-of-budget', limit });
    expect(service!.requests).toHaveLength(1);
  });

  test('at its wall time, by the clock that it is given', async () => {
    let now = 1_000_000;
    const run = await prepare([{ tools: [bash('true')] }, { tools: [SUBMIT] }], {
      limits: { wallSeconds: 60 },
      now: () => (now += 20_000),
    });
    expect(await runAgent(run)).toMatchObject({ kind: 'out-of-budget', limit: 'wallSeconds' });
  });

  test('in the middle of a model call that does not end', async () => {
    const run = await prepare([{ text: 'Hm, let me think about this for ever.', fail: 'hang' }], { limits: { wallSeconds: 1 } });
    expect(await runAgent(run)).toMatchObject({ kind: 'out-of-budget', limit: 'wallSeconds' });
    expect(await service!.requests[0]!.ended).toBe('closed');
  });

  test('when the conversation no longer fits the model', async () => {
    const run = await prepare([
      { fail: { status: 400, type: 'invalid_request_error', message: 'prompt is too long: 300000 tokens > 200000 maximum' } },
    ]);
    expect(await runAgent(run)).toMatchObject({ kind: 'out-of-budget', limit: 'context' });
  });
});

describe('an agent that was interrupted', () => {
  test('has its tree kept before a result is written down, call by call', async () => {
    const store = transcriptInMemory();
    const run = await prepare([{ tools: [bash('echo one > one'), bash('echo two > two')] }, { tools: [SUBMIT] }], { store });
    const kept: { files: string; steps: number }[] = [];
    const beforeResult = async () => {
      const { stdout } = await box.sandbox.exec({ argv: ['ls'], cwd: 'repo', timeoutMs: 5_000, maxOutputBytes: 1_000 }, run.signal);
      kept.push({ files: stdout.trim().split('\n').join(' '), steps: store.rows.length });
    };
    await runAgent({ ...run, beforeResult });
    expect(kept).toEqual([
      { files: 'one', steps: 2 },
      { files: 'one two', steps: 3 },
    ]);
  });

  const SCRIPT: Script = [{ tools: [bash('echo one >> log'), bash('echo two >> log')] }, { tools: [bash('cat log')] }, { tools: [SUBMIT] }];

  test.each([0, 1, 2, 3, 4, 5, 6])('after %i steps goes on from its transcript and asks for no answer twice', async (kept) => {
    const whole = transcriptInMemory();
    await runAgent(await prepare(SCRIPT, { store: whole }));
    await box.write('log', '');
    const asked = service!.requests.length;
    const store = transcriptInMemory();
    for (const [index, step] of (await whole.load()).slice(0, kept).entries()) await store.append(step, index);
    const answered = (await store.load()).filter((step: TranscriptStep) => step.kind === 'turn').length;

    const run = await prepare(SCRIPT, { store });
    expect(await runAgent(run)).toMatchObject({ kind: 'submitted' });
    expect(service!.requests.length - asked).toBe(3 - answered);
    expect(service!.requests.every((request) => request.status === 200)).toBe(true);
    expect(results(run).map(({ isError }) => isError)).toEqual([kept === 2, kept === 3, kept === 5]);
  });

  test('runs the calls that had not begun, and not the one that may have', async () => {
    const store = transcriptInMemory();
    const abort = new AbortController();
    const run = await prepare([{ tools: [bash('echo one >> log; sleep 600'), bash('echo two >> log')] }, { tools: [SUBMIT] }], {
      store,
      signal: abort.signal,
      onProgress: (step) => step.kind === 'tool-started' && setImmediate(() => abort.abort(new Error('killed'))),
    });
    await expect(runAgent(run)).rejects.toThrow('killed');
    await box.write('log', '');
    expect(await runAgent(await prepare([], { store }))).toMatchObject({ kind: 'submitted' });
    expect(await box.read('log')).toBe('two\n');
    expect(service!.askedTwice()).toEqual([]);
  });

  test('by a fault of the service keeps what it had, and can be run again', async () => {
    const store = transcriptInMemory();
    const script: Script = [{ tools: [bash('echo once >> log')] }, { tools: [SUBMIT], fail: { stream: 'cut', times: 1 } }];
    await expect(runAgent(await prepare(script, { store }))).rejects.toMatchObject({ code: 'model.unreachable', retryable: true });
    expect(await runAgent(await prepare(script, { store }))).toMatchObject({ kind: 'submitted' });
    expect(await box.read('log')).toBe('once\n');
  });

  test('by a second writer of its transcript stops at once', async () => {
    const store = transcriptInMemory();
    const run = await prepare(SCRIPT, { store });
    const other = await openTranscript(store);
    await other.append({ kind: 'opening', at: 0, system: '', messages: [] });
    await expect(runAgent(run)).rejects.toThrow('not the next one');
    expect(service!.requests).toHaveLength(0);
  });

  test('by a kill while the model answers makes no further call', async () => {
    const abort = new AbortController();
    const reason = new Error('killed by @olivia');
    const run = await prepare([{ text: 'Thinking about this for quite some time.', fail: 'hang' }], {
      signal: abort.signal,
      onProgress: (step) => step.kind === 'text' && abort.abort(reason),
    });
    await expect(runAgent(run)).rejects.toBe(reason);
    expect(await service!.requests[0]!.ended).toBe('closed');
    expect(service!.requests).toHaveLength(1);
    expect(run.transcript.steps).toHaveLength(1);
  });
});
