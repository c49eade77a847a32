import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { readableLine } from '../../src/cli/readable-line.ts';

const plain = new PassThrough();
const at = new Date(2026, 0, 31, 12, 0, 5).getTime();
const read = (fields: object) => readableLine(`${JSON.stringify({ level: 30, time: at, pid: 1, hostname: 'h', ...fields })}\n`, plain);

test.each([
  [{ msg: 'signalbox is up', url: 'http://127.0.0.1:3001' }, '12:00:05 info  signalbox is up url=http://127.0.0.1:3001\n'],
  [{ level: 40, msg: 'refused', status: 401, why: 'two words' }, '12:00:05 warn  refused status=401 why="two words"\n'],
  [{ msg: 'up', roles: ['server', 'worker'], url: null }, '12:00:05 info  up roles=["server","worker"] url=null\n'],
  [
    { level: 50, msg: 'failed', err: { type: 'Error', message: 'no', stack: 'Error: no\n    at x' } },
    '12:00:05 error failed\n  Error: no\n      at x\n',
  ],
  [{ level: 35, msg: 'odd' }, '12:00:05 35    odd\n'],
])('%j', (fields, line) => expect(read(fields)).toBe(line));

test('what others wrote does not move the cursor', () => {
  expect(read({ msg: 'a\u001b[2Jb', name: '\u001b[1A', err: { stack: 'c\u0007d' } })).not.toMatch(/(?!\n)\p{Cc}/u);
});
