import { describe, expect, test } from 'vitest';
import { readRun } from '../../src/commands/run.ts';

const NOTHING = { agentType: 'worker', profile: null, priority: 5, instruction: null };

describe('the words of a run', () => {
  const table: [string, string, object][] = [
    ['', '', {}],
    ['worker', '', {}],
    ['Tester', '', { agentType: 'tester' }],
    ['reviewer look at the API', '', { agentType: 'reviewer', instruction: 'look at the API' }],
    ['mend the worker', '', { instruction: 'mend the worker' }],
    ['--profile strict', '', { profile: 'strict' }],
    ['--profile=custom --priority=10', '', { profile: 'custom', priority: 10 }],
    ['worker --priority 1 first of all', '', { priority: 1, instruction: 'first of all' }],
    ['--priority 3 tester', '', { agentType: 'tester', priority: 3 }],
    ['', 'below\n\nthe line', { instruction: 'below\n\nthe line' }],
    ['on the line', 'and below', { instruction: 'on the line\n\nand below' }],
    ['workers of the world', '', { instruction: 'workers of the world' }],
  ];
  test.each(table)('%j with %j below', (line, text, expected) => {
    expect(readRun({ args: line.split(' ').filter(Boolean), text })).toEqual({ ...NOTHING, ...expected });
  });

  test.each([
    ['--profile lax', 'There is no profile of that name; there are strict, standard, minimal, custom.'],
    ['--profile Strict', 'There is no profile of that name; there are strict, standard, minimal, custom.'],
    ['--priority 0', 'A priority is a number from 1 (first) to 10 (last).'],
    ['--priority 11', 'A priority is a number from 1 (first) to 10 (last).'],
    ['--priority 1.5', 'A priority is a number from 1 (first) to 10 (last).'],
    ['--priority high', 'A priority is a number from 1 (first) to 10 (last).'],
    ['--fast', '`--fast` is not an option here; there are `--profile`, `--priority`.'],
  ])('%s is told', (line, problem) => {
    expect(readRun({ args: line.split(' '), text: '' })).toEqual({ problem });
  });
});
