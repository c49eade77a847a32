import { StringDecoder } from 'node:string_decoder';
import { OutputBuffer } from './output-buffer.ts';
import type { ExecResult } from './sandbox.ts';

/** Turns the pieces of stdout and stderr, as they come, into the bounded texts of an ExecResult. */
export class OutputCollector {
  readonly #stdout: OutputBuffer;
  readonly #output: OutputBuffer;
  /** One each, because a character may be split between two pieces of the same stream. */
  readonly #decoders = { stdout: new StringDecoder('utf8'), stderr: new StringDecoder('utf8') };
  readonly #onOutput: ((text: string) => void) | undefined;
  #finished = false;

  constructor(maxBytes: number, onOutput?: (text: string) => void) {
    this.#stdout = new OutputBuffer(maxBytes);
    this.#output = new OutputBuffer(maxBytes);
    this.#onOutput = onOutput;
  }

  push(stream: 'stdout' | 'stderr', bytes: Buffer): void {
    if (!this.#finished) this.#add(stream, this.#decoders[stream].write(bytes));
  }

  /** Call it once. What comes later, from processes left in the background, is not heard. */
  finish(): Pick<ExecResult, 'stdout' | 'output' | 'truncated'> {
    this.#add('stdout', this.#decoders.stdout.end());
    this.#add('stderr', this.#decoders.stderr.end());
    this.#finished = true;
    return { stdout: this.#stdout.text(), output: this.#output.text(), truncated: this.#output.truncated };
  }

  #add(stream: 'stdout' | 'stderr', text: string): void {
    if (text === '') return;
    const bytes = Buffer.from(text, 'utf8');
    this.#output.push(bytes);
    if (stream === 'stdout') this.#stdout.push(bytes);
    this.#onOutput?.(text);
  }
}
