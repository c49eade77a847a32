import { styleText } from 'node:util';
import { z } from 'zod';
import { printable } from './printable.ts';

const Fault = z.looseObject({ message: z.string().optional(), stack: z.string().optional() });
const Line = z.looseObject({ level: z.number(), time: z.number(), msg: z.string().optional(), err: Fault.optional() });

type Format = Parameters<typeof styleText>[0];
const LEVELS: Readonly<Record<number, readonly [string, Format]>> = {
  10: ['trace', 'dim'],
  20: ['debug', 'dim'],
  30: ['info', 'cyan'],
  40: ['warn', 'yellow'],
  50: ['error', 'red'],
  60: ['fatal', 'red'],
};
/** The same in every line of one process. */
const LEFT_OUT = new Set(['level', 'time', 'msg', 'err', 'pid', 'hostname']);

/** A line of the log as a person reads it: `12:00:05 info  signalbox is up  url=http://…`. `stream`: decides whether there are colours. */
export function readableLine(line: string, stream: NodeJS.WritableStream): string {
  const read = Line.safeParse(JSON.parse(line));
  if (!read.success) return line;
  const { level, time, msg = '', err, ...rest } = read.data;
  const paint = (format: Format, text: string) => styleText(format, text, { stream });
  const [name, format] = LEVELS[level] ?? [String(level), 'dim'];
  const fields = Object.entries(rest).flatMap(([key, value]) => (LEFT_OUT.has(key) ? [] : [`${key}=${written(value)}`]));
  const parts = [paint('dim', clock(time)), paint(format, name.padEnd(5)), printable(msg), paint('dim', fields.join(' '))];
  const fault = err?.stack ?? err?.message;
  return `${parts.join(' ').trimEnd()}\n${fault === undefined ? '' : `${printable(fault).replace(/^/gm, '  ')}\n`}`;
}

function clock(time: number): string {
  return new Date(time).toLocaleTimeString('en-GB');
}

/** JSON escapes what could move the cursor; plain words need no quotes. */
function written(value: unknown): string {
  return typeof value === 'string' && /^[\w./:@+-]+$/.test(value) ? value : printable(JSON.stringify(value));
}
