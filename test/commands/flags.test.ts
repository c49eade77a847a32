import { expect, test } from 'vitest';
import { readFlags } from '../../src/commands/flags.ts';

const KNOWN = ['profile', 'priority'] as const;

test.each([
  ['no words at all', [], { flags: {}, words: [] }],
  ['words alone', ['do', 'this'], { flags: {}, words: ['do', 'this'] }],
  ['a flag with its value behind it', ['--profile', 'strict', 'x'], { flags: { profile: 'strict' }, words: ['x'] }],
  ['a flag with its value inside', ['x', '--profile=strict'], { flags: { profile: 'strict' }, words: ['x'] }],
  ['a value with an equals sign', ['--profile=a=b'], { flags: { profile: 'a=b' }, words: [] }],
  ['a flag between words', ['a', '--priority', '3', 'b'], { flags: { priority: '3' }, words: ['a', 'b'] }],
  ['the last of two', ['--priority=1', '--priority=2'], { flags: { priority: '2' }, words: [] }],
  ['a value that looks like a flag', ['--profile', '--priority'], { flags: { profile: '--priority' }, words: [] }],
  ['dashes that are words', ['-', '--', '-p', '--Profile'], { flags: {}, words: ['-', '--', '-p', '--Profile'] }],
])('%s', (_name, args, expected) => {
  expect(readFlags(args, KNOWN)).toEqual(expected);
});

test.each([
  ['an unknown flag', ['--fast'], '`--fast` is not an option here; there are `--profile`, `--priority`.'],
  ['a flag without its value', ['x', '--profile'], '`--profile` needs a value.'],
  ['a flag with an empty value', ['--profile='], '`--profile` needs a value.'],
])('%s is told', (_name, args, problem) => {
  expect(readFlags(args, KNOWN)).toEqual({ problem });
});

test('one option is told as one', () => {
  expect(readFlags(['--x'], ['only'])).toEqual({ problem: '`--x` is not an option here; there is `--only`.' });
});
