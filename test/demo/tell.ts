import { styleText } from 'node:util';
import type { StoredEvent } from '../../src/domain/event.ts';

/** Puts the story on the screen. Colours only where the stream is a terminal that shows them. */
export interface Teller {
  title(text: string): void;
  fact(text: string): void;
  person(text: string): void;
  warning(text: string): void;
  text(text: string): void;
  diff(text: string): void;
  check(name: string, result: string, title: string): void;
  event(event: StoredEvent): void;
}

type Format = Parameters<typeof styleText>[0];

export function createTeller(stream: NodeJS.WriteStream): Teller {
  const started = Date.now();
  const paint = (format: Format, text: string) => styleText(format, text, { stream });
  const line = (text: string) => stream.write(`${text}\n`);
  const timed = (mark: string, text: string) =>
    line(`${paint('dim', `${((Date.now() - started) / 1000).toFixed(1).padStart(5)}s`)} ${mark} ${text}`);
  return {
    title: (text) => line(`\n${paint('bold', text)}`),
    fact: (text) => timed(paint('dim', '·'), text),
    person: (text) => timed(paint('cyan', '☺'), text),
    warning: (text) => timed(paint('yellow', '!'), paint('yellow', text)),
    text: (text) => line(indent(text)),
    diff: (text) => line(indent(text.split('\n').map(paintDiff(paint)).join('\n').trimEnd())),
    check: (name, result, title) =>
      line(
        `  ${paint(result === 'success' ? 'green' : result === 'neutral' ? 'dim' : 'red', result.padEnd(9))} ${name.padEnd(22)} ${title}`,
      ),
    event(event) {
      const told = sentence(event);
      if (told) timed(paint(told.format, told.mark), told.text);
    },
  };
}

function paintDiff(paint: (format: Format, text: string) => string): (line: string) => string {
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
