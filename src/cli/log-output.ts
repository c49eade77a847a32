import { pino, type DestinationStream } from 'pino';
import { readableLine } from './readable-line.ts';

/** Where the log of a program goes. */
export interface LogOutput {
  readonly destination: DestinationStream;
  /** Whatever is written from now on goes to stdout. */
  isUp(): void;
}

/**
 * For people at a terminal: lines to read. For programs: JSON lines, and on stdout those alone that come once the program is up,
 * so that the first one there says the address; what is said before, and why it could not start, is on stderr. A reader that goes
 * away, as `head -1` does, ends nothing.
 */
export function logOutput(options: { readonly json: boolean }): LogOutput {
  const [stdout, stderr] = [pino.destination({ fd: 1, sync: true }), pino.destination({ fd: 2, sync: true })];
  if (!options.json) return { destination: { write: (line) => void stdout.write(readableLine(line, process.stdout)) }, isUp: () => {} };
  let current: DestinationStream = stderr;
  return { destination: { write: (line) => current.write(line) }, isUp: () => void (current = stdout) };
}
