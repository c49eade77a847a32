import { describe, expect, test } from 'vitest';
import { OutputBuffer } from '../../src/sandbox/output-buffer.ts';

function collect(maxBytes: number, text: string, pieceBytes: number): OutputBuffer {
  const buffer = new OutputBuffer(maxBytes);
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += pieceBytes) buffer.push(bytes.subarray(at, at + pieceBytes));
  return buffer;
}

describe('an output buffer', () => {
  const cases: [what: string, maxBytes: number, text: string, expected: string][] = [
    ['keeps nothing of nothing', 10, '', ''],
    ['keeps what fits', 10, '0123456789', '0123456789'],
    ['cuts one byte too many from the middle', 10, '0123456789a', '01234\n[1 bytes of output were cut here]\n6789a'],
    ['keeps start and end of much', 4, 'a'.repeat(5000) + 'z', 'aa\n[4997 bytes of output were cut here]\naz'],
    ['gives the odd byte to the start', 3, 'abcdef', 'ab\n[3 bytes of output were cut here]\nf'],
    ['can be told to keep nothing', 0, 'abc', '\n[3 bytes of output were cut here]\n'],
    ['does not tear a character of two bytes', 6, 'äöüäöü', 'ä\n[8 bytes of output were cut here]\nü'],
    ['does not tear a character of four bytes', 14, 'a😀😀😀😀😀', 'a😀\n[12 bytes of output were cut here]\n😀'],
    ['keeps whole characters that end at the cut', 8, '😀😀😀', '😀\n[4 bytes of output were cut here]\n😀'],
  ];
  for (const pieceBytes of [1, 3, 10_000]) {
    test.each(cases)(`%s, in pieces of ${pieceBytes}`, (_, maxBytes, text, expected) => {
      const buffer = collect(maxBytes, text, pieceBytes);
      expect(buffer.text()).toBe(expected);
      expect(buffer.truncated).toBe(text.length > 0 && Buffer.byteLength(text) > maxBytes);
    });
  }

  test('keeps bytes that are not text as replacement characters', () => {
    const buffer = new OutputBuffer(6);
    for (let count = 0; count < 10; count += 1) buffer.push(Buffer.from([0xff, 0xfe]));
    expect(buffer.text()).toMatch(/^\ufffd+\n\[1\d bytes of output were cut here\]\n\ufffd+$/);
  });

  test('holds no more than it was told, however much comes', () => {
    const buffer = new OutputBuffer(1000);
    for (let count = 0; count < 20_000; count += 1) buffer.push(Buffer.from(`line ${count}\n`));
    expect(Buffer.byteLength(buffer.text())).toBeLessThan(1100);
    expect(buffer.text()).toMatch(/^line 0\n[^]*line 19999\n$/);
  });
});
