import { expect, test } from 'vitest';
import { OutputCollector } from '../../src/sandbox/output-collector.ts';

test('a character split between two pieces of one stream stays whole, also with the other stream between them', () => {
  const heard: string[] = [];
  const collector = new OutputCollector(100, (text) => heard.push(text));
  const euro = Buffer.from('€');
  collector.push('stdout', euro.subarray(0, 1));
  collector.push('stderr', Buffer.from('!'));
  collector.push('stdout', euro.subarray(1));
  expect(collector.finish()).toEqual({ stdout: '€', output: '!€', truncated: false });
  expect(heard).toEqual(['!', '€']);
});

test('half a character at the very end is shown as a replacement character', () => {
  const collector = new OutputCollector(100);
  collector.push('stdout', Buffer.from('€').subarray(0, 2));
  expect(collector.finish().stdout).toBe('\ufffd');
});

test('what comes after the end is not heard', () => {
  const heard: string[] = [];
  const collector = new OutputCollector(100, (text) => heard.push(text));
  collector.finish();
  collector.push('stdout', Buffer.from('late'));
  expect(heard).toEqual([]);
});
