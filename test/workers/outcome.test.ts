import { describe, expect, test } from 'vitest';
import type { GateResult, GateState } from '../../src/domain/finding.ts';
import { SignalboxError } from '../../src/errors.ts';
import type { PullRequest } from '../../src/forge/forge.ts';
import { endingOf, endingOfError, endingOfGates } from '../../workers/outcome.ts';

function gate(name: string, state: GateState, required = true): GateResult {
  return { gate: name, required, state, summary: '', command: null, findings: [], log: '', durationMs: 0, coverage: null };
}

function pull(draft: boolean): PullRequest {
  return {
    number: 7,
    url: 'https://forge/7',
    head: { branch: 'b', sha: 's', sameRepository: true },
    baseBranch: 'main',
    draft,
    open: true,
  };
}

const GREEN = {
  pull: pull(false),
  branch: 'agent/7-x',
  gates: [gate('lint', 'passed'), gate('test', 'passed')],
  conflict: [],
  cutShort: null,
};

describe('how published work ends', () => {
  test.each([
    ['green where every gate passed', GREEN, 'completed', 'published', 'The work is in pull request #7, and all 2 gates passed.'],
    ['green where the one gate passed', { ...GREEN, gates: [gate('test', 'passed')] }, 'completed', 'published', 'and its gate passed.'],
    [
      'green beside gates that are not found',
      { ...GREEN, gates: [gate('lint', 'not-found'), gate('test', 'passed')] },
      'completed',
      'published',
      'and its gate passed.',
    ],
    [
      'green beside red ones that need not pass',
      { ...GREEN, gates: [gate('slow', 'failed', false), gate('test', 'passed')] },
      'completed',
      'published',
      'and its gate passed.',
    ],
    [
      'unjudged where no gate is found',
      { ...GREEN, gates: [gate('test', 'not-found')] },
      'completed',
      'published.unjudged',
      'No gate judged it',
    ],
    ['unjudged where there is no gate', { ...GREEN, gates: [] }, 'completed', 'published.unjudged', 'No gate judged it'],
    [
      'red where a gate failed',
      { ...GREEN, pull: pull(true), gates: [gate('lint', 'passed'), gate('test', 'failed')] },
      'failed',
      'gates.red',
      'test is red. The work is in the draft pull request #7.',
    ],
    [
      'red where gates could not run',
      { ...GREEN, pull: pull(true), gates: [gate('lint', 'error'), gate('test', 'timed-out')] },
      'failed',
      'gates.red',
      'lint, test are red.',
    ],
    [
      'red where a gate was not run',
      { ...GREEN, gates: [gate('test', 'cancelled')] },
      'failed',
      'gates.red',
      'test is red. The work is in pull request #7.',
    ],
    [
      'in conflict, whatever the gates say',
      { ...GREEN, pull: pull(true), conflict: ['a.ts', 'b.ts'] },
      'failed',
      'publish.conflict',
      '(a.ts, b.ts). The work is in the draft pull request #7.',
    ],
    [
      'cut short, whatever else is wrong',
      {
        ...GREEN,
        pull: pull(true),
        gates: [gate('test', 'failed')],
        conflict: ['a.ts'],
        cutShort: { code: 'agent.stuck', message: 'It went in circles.' },
      },
      'failed',
      'agent.stuck',
      'It went in circles. What there was is in the draft pull request #7.',
    ],
  ])('%s', (_name, published, state, code, words) => {
    const ending = endingOf(published);
    expect(ending).toMatchObject({ task: state, agent: 'completed', outcome: { code, message: expect.stringContaining(words) } });
    expect(ending.outcome.nextStep).toContain('#7');
  });

  test.each([
    ['green', {}, 'completed', 'The work is on the branch `agent/7-x`, and all 2 gates passed.', 'Review `agent/7-x`.'],
    ['red', { gates: [gate('test', 'failed')] }, 'failed', 'test is red. The work is on the branch `agent/7-x`.', 'See its gates'],
    ['in conflict', { conflict: ['a.ts'] }, 'failed', 'The work is on the branch `agent/7-x`.', 'or delete `agent/7-x`, and'],
  ])('%s, where a branch is all there is of it', (_name, changes, state, message, nextStep) => {
    const ending = endingOf({ ...GREEN, pull: null, ...changes });
    expect(ending.task).toBe(state);
    expect(ending.outcome.message).toContain(message);
    expect(ending.outcome.nextStep).toContain(nextStep);
  });

  test('names the first of many files in conflict', () => {
    const conflict = Array.from({ length: 9 }, (_, index) => `file-${index}`);
    const { message } = endingOf({ ...GREEN, conflict }).outcome;
    expect(message).toContain('file-4');
    expect(message).not.toContain('file-5');
  });
});

describe('how a run of the gates alone ends', () => {
  test.each([
    ['green', [gate('test', 'passed'), gate('lint', 'not-found')], 'completed', 'gates.green'],
    ['green beside red ones that need not pass', [gate('slow', 'failed', false)], 'completed', 'gates.green'],
    ['red', [gate('test', 'failed')], 'failed', 'gates.red'],
  ] as const)('%s', (_name, gates, state, code) => {
    expect(endingOfGates(gates)).toMatchObject({ task: state, agent: 'completed', outcome: { code } });
  });
});

describe('how a failure ends', () => {
  test('in its own words, where it has some', () => {
    const error = new SignalboxError('model.auth', 'The key was refused.', { nextStep: 'Set another.' });
    expect(endingOfError(error)).toEqual({
      task: 'failed',
      agent: 'failed',
      outcome: { code: 'model.auth', message: 'The key was refused.', nextStep: 'Set another.' },
    });
  });

  test.each([new TypeError('cannot read properties of undefined: /home/me/secret'), 'thrown text', null])(
    'in none of those of %s, which are for the log',
    (error) => {
      const { outcome } = endingOfError(error);
      expect(outcome.code).toBe('internal');
      expect(JSON.stringify(outcome)).not.toMatch(/secret|thrown text/);
    },
  );
});
