import { expect, test } from 'vitest';
import { createFrameReader } from '../../../src/sandbox/docker/frames.ts';

function frame(stream: number, text: string): Buffer {
  const bytes = Buffer.from(text);
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([header, bytes]);
}

const whole = Buffer.concat([frame(1, 'out'), frame(2, 'error'), frame(1, ''), frame(1, 'x'.repeat(300))]);

test.each([1, 2, 7, 8, 9, 1000])('frames are told apart when they come in pieces of %i bytes', (size) => {
  const read: [string, string][] = [];
  const reader = createFrameReader((stream, bytes) => read.push([stream, bytes.toString()]));
  for (let at = 0; at < whole.length; at += size) reader(whole.subarray(at, at + size));
  const of = (wanted: string): string =>
    read
      .filter(([stream]) => stream === wanted)
      .map(([, text]) => text)
      .join('');
  expect(of('stdout')).toBe(`out${'x'.repeat(300)}`);
  expect(of('stderr')).toBe('error');
});
