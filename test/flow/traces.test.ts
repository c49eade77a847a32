import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PROJECT } from '../demo/project.ts';
import { testDatabase } from '../support/database.ts';
import { startGithub } from '../support/github/github.ts';
import { startScriptedModel } from '../support/model/scripted-model.ts';
import { attributeOf, startCollector, type Collector, type SeenSpan } from '../support/otlp.ts';
import { runMain } from '../support/run-main.ts';
import { settingsFor, WEBHOOK_SECRET } from '../support/signalbox.ts';
import { bash, MEND, submit, turn } from './scripts.ts';
import { REPOSITORY, until } from './stage.ts';

const API_KEY = 'key-of-the-stand-in-model';
/** What people, models and tools say, by which it is found wherever it goes. */
const [PERSON, MODEL, TOOL, STRANGE] = ['person', 'model', 'tool', 'strange'].map((who) => `${who}-${randomUUID()}`);

/** A server and a worker as processes of their own play one story, which a collector is told of. */
async function playStory(stack: AsyncDisposableStack, collector: Collector) {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-traces-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const github = stack.use(await startGithub());
  const script = [
    { ...turn(bash(`echo ${TOOL}`), { name: STRANGE!, input: {} }), text: MODEL! },
    MEND[0]!,
    submit('Cut minutes off', `${MODEL}`),
  ];
  const model = stack.use(await startScriptedModel({ apiKey: API_KEY, script }));
  const ada = github.addUser('ada');
  await github.addRepository(REPOSITORY, { files: PROJECT, collaborators: { ada: 'write' } });
  const settings = {
    SANDBOX_ENABLED: 'false',
    LOG_LEVEL: 'debug',
    DATABASE_URL: stack.use(await testDatabase()).url,
    OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/`,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-key=of the collector',
  };
  const env = settingsFor({ github, model: { url: model.url, apiKey: API_KEY }, dataDir: join(folder, 'data'), settings });
  const [server, worker] = ['server', 'worker'].map((role) => stack.use(runMain([role], { cwd: folder, env })));
  const [, url] = await server!.line(/"url":"([^"]+)".*"signalbox is up"/);
  github.deliverTo({ url: `${url}/webhooks/github`, secret: WEBHOOK_SECRET });
  const { number } = await ada.openIssue(REPOSITORY, { title: PERSON!, body: `${PERSON}`, labels: ['agent:worker'] });
  const truth = github.repository(REPOSITORY);
  await until(() => truth.comments(number).some(({ body }) => body.includes('✅ **Done.**')), 'the status comment');
  for (const main of [server!, worker!]) {
    main.child.kill('SIGTERM');
    expect(await main.ended()).toBe(0);
  }
  const lines = [server!, worker!].map((main) =>
    main
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Line),
  );
  return { spans: collector.spans, bodies: collector.bodies.join('\n'), server: lines[0]!, worker: lines[1]! };
}

interface Line {
  readonly msg: string;
  readonly requestId?: string;
  readonly task?: string;
  readonly type?: string;
  readonly seq?: number;
  readonly event?: string;
}

describe('a request, from its webhook to the last report, over two processes', () => {
  const stack = new AsyncDisposableStack();
  let seen: Awaited<ReturnType<typeof playStory>>;
  let mine: readonly SeenSpan[];
  beforeAll(async () => {
    seen = await playStory(stack, stack.use(await startCollector()));
    const agent = seen.spans.find(({ name }) => name === 'agent');
    mine = seen.spans.filter(({ traceId }) => traceId === agent?.traceId);
  });
  afterAll(() => stack.disposeAsync());

  test('is one trace, with everything that was done below it', () => {
    const below = new Map<string, Set<string>>();
    for (const { name, parentSpanId } of mine) {
      const parent = mine.find(({ spanId }) => spanId === parentSpanId)?.name ?? '';
      below.set(parent, (below.get(parent) ?? new Set()).add(name));
    }
    expect(Object.fromEntries([...below].map(([parent, names]) => [parent, [...names].toSorted((a, b) => a.localeCompare(b))]))).toEqual({
      '': ['webhook'],
      webhook: ['delivery'],
      delivery: ['agent', 'report', 'wait in the queue'],
      agent: [
        'chat claude-sonnet-5-5',
        'execute_tool bash',
        'execute_tool str_replace_based_edit_tool',
        'execute_tool unknown',
        'fetching the repository',
        'gate',
        'looking for conflicts',
        'making the workspace',
        'opening the pull request',
        'pushing the branch',
        'reading what is asked',
        'reading what the agent made',
        'running the gates',
        'the agent is working',
      ],
    });
  });

  test('says what it cost and how it ended', () => {
    const named = (name: string) => mine.find((span) => span.name === name)!;
    expect(attributeOf(named('agent'), 'signalbox.outcome')).toBe('published');
    expect(Number(attributeOf(named('chat claude-sonnet-5-5'), 'gen_ai.usage.input_tokens'))).toBeGreaterThan(0);
    const gates = mine
      .filter(({ name }) => name === 'gate')
      .map((span) => [attributeOf(span, 'signalbox.gate'), attributeOf(span, 'signalbox.gate.state')]);
    expect(gates).toContainEqual(['test', 'passed']);
    for (const span of mine) expect(BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano), span.name).toBe(true);
  });

  test('tells the collector nothing that a person, a model or a tool has said, and no secret', () => {
    expect(seen.bodies.length).toBeGreaterThan(1000);
    for (const text of [PERSON, MODEL, TOOL, STRANGE, API_KEY, WEBHOOK_SECRET, 'of the collector']) expect(seen.bodies).not.toContain(text);
  });

  test('has one id, in every line of the logs about it', () => {
    const id = seen.server.find(({ msg, event }) => msg === 'delivery handled' && event === 'issues')?.requestId;
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    const task = seen.worker.find(({ msg }) => msg === 'agent taken')!.task;
    const about = [...seen.server, ...seen.worker].filter((line) => line.task === task);
    expect(about.filter(({ requestId }) => requestId !== id)).toEqual([]);
    expect(new Set(about.map(({ msg }) => msg))).toEqual(new Set(['agent taken', 'agent ended', 'event']));
  });

  test('is a line for each event, once and in their order', () => {
    const events = seen.server.filter(({ msg }) => msg === 'event');
    const numbers = events.map(({ seq }) => seq!);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    const once = [
      'command.accepted',
      'task.pending',
      'task.running',
      'agent.spawning',
      'task.published',
      'agent.completed',
      'task.completed',
    ];
    for (const type of once)
      expect(
        events.filter((event) => event.type === type),
        type,
      ).toHaveLength(1);
  });
});
