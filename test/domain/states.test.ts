import { describe, expect, it } from 'vitest';
import { addUsage, AGENT_STATES, AGENT_TRANSITIONS, NO_USAGE, totalTokens } from '../../src/domain/agent.ts';
import { isGreen, isRed, GATE_STATES } from '../../src/domain/finding.ts';
import { parseRepositorySettings } from '../../src/domain/repository-settings.ts';
import { isTerminal, TASK_STATES, TASK_TRANSITIONS } from '../../src/domain/task.ts';

describe.each([
  ['a task', TASK_STATES, TASK_TRANSITIONS as Readonly<Record<string, readonly string[]>>, 'pending'],
  ['an agent', AGENT_STATES, AGENT_TRANSITIONS as Readonly<Record<string, readonly string[]>>, 'spawning'],
])('the states of %s', (_, states, transitions, first) => {
  it('lead nowhere from completed, failed and killed', () => {
    expect(states.filter((state) => transitions[state]!.length === 0)).toEqual(['completed', 'failed', 'killed']);
  });

  it('lead to failed and killed from every other one', () => {
    const live = states.filter((state) => transitions[state]!.length > 0);
    for (const state of live) expect(transitions[state]).toEqual(expect.arrayContaining(['failed', 'killed']));
  });

  it('are all reached from the first, and never lead back', () => {
    const reached = new Set<string>();
    const walk = (state: string) => {
      expect(reached.has(first) && state === first).toBe(false);
      reached.add(state);
      for (const next of transitions[state]!) walk(next);
    };
    walk(first);
    expect([...reached].toSorted()).toEqual([...states].toSorted());
  });
});

it('tells what is over', () => {
  expect(TASK_STATES.filter(isTerminal)).toEqual(['completed', 'failed', 'killed']);
});

describe('a gate', () => {
  it('is green only when it ran and found nothing', () => {
    expect(GATE_STATES.filter((state) => isGreen({ state }))).toEqual(['passed']);
  });

  it('that is not there is neither green nor red', () => {
    expect(isRed({ state: 'not-found', required: true })).toBe(false);
  });

  it.each(GATE_STATES.filter((state) => state !== 'passed' && state !== 'not-found'))('is red as %s, when it is required', (state) => {
    expect(isRed({ state, required: true })).toBe(true);
    expect(isRed({ state, required: false })).toBe(false);
  });
});

describe('the usage of an agent', () => {
  const one = { turns: 1, inputTokens: 10, outputTokens: 20, cacheReadTokens: 30, cacheWriteTokens: 40, costUsd: 0.5 };

  it('adds up in every part', () => {
    expect(addUsage(one, addUsage(NO_USAGE, one))).toEqual({
      turns: 2,
      inputTokens: 20,
      outputTokens: 40,
      cacheReadTokens: 60,
      cacheWriteTokens: 80,
      costUsd: 1,
    });
  });

  it('counts every token once', () => {
    expect(totalTokens(one)).toBe(100);
  });
});

describe('.signalbox.yml', () => {
  it.each([null, '', '# nothing yet\n'])('%j gives the defaults', (text) => {
    expect(parseRepositorySettings(text)).toMatchObject({ settings: { profile: 'standard', coverage: { lines: 85 }, protected: [] } });
  });

  it.each([
    ['profile: sloppy\n', 'profile'],
    ['gate: {}\n', 'gate'],
    ['limits:\n  turns: many\n', 'limits.turns'],
    ['gates:\n  Bad Name: x\n', 'gates'],
    ['- a list\n', 'the file'],
    ['profile: [\n', 'YAML'],
  ])('%j is refused with the key that is wrong', (text, key) => {
    const parsed = parseRepositorySettings(text);
    expect('problems' in parsed && parsed.problems.join('; ')).toContain(key);
  });
});
