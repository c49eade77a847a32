import { describe, expect, it } from 'vitest';
import type { EventType, StoredEvent } from '../../src/domain/event.ts';
import { Tally, tallied } from '../../src/events/tally.ts';

let seq = 0;
function event(type: EventType, atSeconds: number, rest: Partial<StoredEvent> = {}): StoredEvent {
  return {
    seq: ++seq,
    type,
    taskId: 't',
    agentId: type.startsWith('agent.') ? 'a' : null,
    data: {},
    at: new Date(atSeconds * 1000),
    ...rest,
  };
}

const tally = (...events: StoredEvent[]) => events.reduce(tallied, Tally.parse({}));

describe('the tally of the log', () => {
  it('measures how long tasks and agents were in each state, and forgets those that are over', () => {
    const sum = tally(
      event('task.pending', 0),
      event('task.dispatched', 2),
      event('task.running', 3),
      event('agent.spawning', 3),
      event('agent.running', 10),
      event('agent.completed', 70),
      event('task.completed', 71),
    );
    expect(sum.tasks).toEqual({});
    expect(sum.agents).toEqual({});
    const seconds = (known: Tally['taskSeconds']) => Object.entries(known).map(([state, { sum: all, count }]) => [state, all, count]);
    expect(seconds(sum.taskSeconds)).toEqual([
      ['pending', 2, 1],
      ['dispatched', 1, 1],
      ['running', 68, 1],
    ]);
    expect(seconds(sum.agentSeconds)).toEqual([
      ['spawning', 7, 1],
      ['running', 60, 1],
    ]);
    // Bounds: 1, 5, 15, 30, 60 … seconds.
    expect(sum.agentSeconds['running']!.counts.slice(0, 6)).toEqual([0, 0, 0, 0, 1, 1]);
  });

  it('measures kills from the request to the confirmation', () => {
    const sum = tally(
      event('task.kill-requested', 1),
      event('task.killed', 1.4),
      event('task.kill-confirmed', 1.4),
      event('task.kill-confirmed', 9),
    );
    expect(sum.killSeconds).toMatchObject({ count: 1, sum: expect.closeTo(0.4) });
    expect(sum.kills).toEqual({});
  });

  it('takes a clock that is a little behind for no time at all', () => {
    expect(tally(event('task.pending', 1), event('task.dispatched', 0.9)).taskSeconds['pending']).toMatchObject({ sum: 0, count: 1 });
  });

  it('counts results of gates, and not that they run', () => {
    const gate = (name: string, state: string) => event('gate.changed', 0, { data: { gate: name, state } });
    expect(tally(gate('test', 'running'), gate('test', 'passed'), gate('test', 'failed'), gate('constructor', 'passed')).gates).toEqual({
      test: { passed: 1, failed: 1 },
      constructor: { passed: 1 },
    });
  });

  it('has a bound on the names that repositories choose', () => {
    const many = Array.from({ length: 50 }, (_, count) => event('gate.changed', 0, { data: { gate: `gate-${count}`, state: 'passed' } }));
    const { gates } = tally(...many);
    expect(Object.keys(gates)).toHaveLength(31);
    expect(gates['other']).toEqual({ passed: 20 });
  });

  it('counts takeovers and commands', () => {
    const sum = tally(event('agent.resumed', 0), event('agent.resumed', 0), event('command.accepted', 0), event('command.refused', 0));
    expect(sum).toMatchObject({ takeovers: 2, commands: { accepted: 1, refused: 1 } });
  });

  it('goes through JSON and back', () => {
    const sum = tally(event('task.pending', 0), event('task.dispatched', 2), event('task.kill-requested', 3));
    expect(Tally.parse(JSON.parse(JSON.stringify(sum)))).toEqual(sum);
  });
});
