import { styleText } from 'node:util';
import type { StoredEvent } from '../../src/domain/event.ts';
import type { FeedEvent } from '../../src/store/feed.ts';

/** What came of it. */
export interface Result {
  readonly state: string;
  /** In a sentence. */
  readonly message: string;
  readonly pullRequest: { readonly number: number; readonly title: string; readonly commit: string; readonly diff: string } | null;
  readonly checks: readonly { readonly name: string; readonly result: string; readonly title: string }[];
  /** The status comment. */
  readonly comment: { readonly issue: number; readonly text: string } | null;
  /** Since the label. */
  readonly seconds: number;
  /** Where everything still is; null: it ends now. */
  readonly address: string | null;
}

/** Tells the story to whoever started it. */
export interface Teller {
  fact(text: string): void;
  person(text: string): void;
  warning(text: string): void;
  event(event: FeedEvent): void;
  result(result: Result): void;
}

type Format = Parameters<typeof styleText>[0];

type Paint = (format: Format, text: string) => string;

/** On a screen, for people. Colours only where the stream is a terminal that shows them. */
export function createTeller(stream: NodeJS.WriteStream): Teller {
  const started = Date.now();
  const paint: Paint = (format, text) => styleText(format, text, { stream });
  const line = (text: string) => stream.write(`${text}\n`);
  const timed = (mark: string, text: string) =>
    line(`${paint('dim', `${((Date.now() - started) / 1000).toFixed(1).padStart(5)}s`)} ${mark} ${text}`);
  const fact = (text: string) => timed(paint('dim', '·'), text);
  line(`\n${paint('bold', 'Signalbox demo')}`);
  return {
    fact,
    person: (text) => timed(paint('cyan', '☺'), text),
    warning: (text) => timed(paint('yellow', '!'), paint('yellow', text)),
    event(event) {
      const told = sentence(event);
      if (told) timed(paint(told.format, told.mark), told.text);
    },
    result(result) {
      for (const { title, text } of chaptersOf(result, paint)) line([`\n${paint('bold', title)}`, ...text].join('\n'));
      if (result.address) fact(`everything is still there at ${result.address}; Ctrl-C ends it`);
    },
  };
}

function chaptersOf({ state, message, pullRequest, checks, comment, seconds }: Result, paint: Paint): { title: string; text: string[] }[] {
  const end = { title: `${state === 'completed' ? 'Done' : `Ended: ${state}`}, ${seconds.toFixed(1)} s after the label`, text: [] };
  if (!pullRequest) return [{ title: `No pull request: ${message}`, text: [] }, end];
  const { number, title, diff } = pullRequest;
  return [
    { title: `Pull request #${number}: ${title}`, text: [indent(diff.split('\n').map(paintDiff(paint)).join('\n').trimEnd())] },
    { title: 'Its checks', text: checks.map((check) => checkLine(check, paint)) },
    ...(comment ? [{ title: `The status comment on issue #${comment.issue}`, text: [indent(comment.text)] }] : []),
    end,
  ];
}

function checkLine({ name, result, title }: Result['checks'][number], paint: Paint): string {
  const format = result === 'success' ? 'green' : result === 'neutral' ? 'dim' : 'red';
  return `  ${paint(format, result.padEnd(9))} ${name.padEnd(22)} ${title}`;
}

function paintDiff(paint: Paint): (line: string) => string {
  return (line) => {
    if (line.startsWith('+') && !line.startsWith('+++')) return paint('green', line);
    if (line.startsWith('-') && !line.startsWith('---')) return paint('red', line);
    return line;
  };
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}

/** An event in words; null for those that say nothing new to somebody who watches. */
function sentence({ type, data }: StoredEvent): { mark: string; text: string; format: Format } | null {
  const say = (mark: string, text: string, format: Format = 'dim') => ({ mark, text, format });
  if (type === 'agent.step') return say('▸', String(data['step']), 'blue');
  if (type === 'agent.said') return data['text'] === '' ? null : say('"', String(data['text']), 'magenta');
  if (type === 'agent.tool')
    return say(
      data['isError'] ? '✗' : '$',
      `${String(data['tool'])}: ${oneLine(String(data['about']))}`,
      data['isError'] ? 'red' : 'yellow',
    );
  if (type === 'gate.changed') return gateSentence(data, say);
  if (type === 'task.published')
    return say('↑', `pull request #${String(data['pullRequest'])} at ${String(data['commit']).slice(0, 10)}`, 'green');
  if (type.startsWith('task.')) return say('●', type.replace('.', ' '), 'bold');
  if (type.startsWith('agent.')) return say('○', type.replace('.', ' '));
  return null;
}

function gateSentence(
  data: StoredEvent['data'],
  say: (mark: string, text: string, format?: Format) => { mark: string; text: string; format: Format },
) {
  const text = `gate ${String(data['gate'])}: ${String(data['state'])}`;
  if (data['state'] === 'queued') return null;
  if (data['state'] === 'running') return say('…', text);
  return say(
    data['state'] === 'passed' ? '✓' : '▪',
    `${text} (${String(data['summary'])})`,
    data['state'] === 'passed' ? 'green' : 'yellow',
  );
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
}
