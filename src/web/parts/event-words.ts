import type { EventType } from '../../domain/event.ts';

interface Told {
  readonly type: EventType;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What an event says, for the timeline and the audit log. Foreign words in it are words, and stay so. Pure. */
export function eventWords({ type, data }: Told): string {
  const fact = (name: string) => textOf(data[name]);
  switch (type) {
    case 'command.accepted':
      return `/agent ${fact('command')}, accepted`;
    case 'command.refused':
      return `/agent ${fact('command')}, refused${data['permission'] === undefined ? '' : ` (${fact('permission')} access)`}`;
    case 'task.pending':
      return `a task was made, as ${fact('by')} asked`;
    case 'task.kill-requested':
      return `kill requested by ${fact('actor')}: ${fact('reason')}`;
    case 'task.kill-confirmed':
      return 'kill confirmed: nothing of it is left';
    case 'task.kill-unconfirmed':
      return `the kill could not be confirmed: ${fact('reason')}`;
    case 'task.stop-requested':
      return `asked to wrap up by ${fact('actor')}: ${fact('reason')}`;
    case 'task.published':
      return `published ${placeIn(data)}, at ${fact('commit').slice(0, 10)}`;
    case 'agent.spawning':
      return `taken by ${fact('worker')}`;
    case 'agent.resumed':
      return `taken over by ${fact('worker')}`;
    case 'agent.released':
      return `let go: ${fact('reason')}`;
    case 'agent.step':
      return fact('step') || 'at work';
    case 'gate.changed':
      return gateWords(fact('gate'), fact('state'), fact('summary'));
    case 'instance.halted':
    case 'instance.resumed':
    case 'queue.paused':
    case 'queue.resumed':
      return `${PLAIN[type]}: ${fact('reason')}`;
    default:
      return type.replace('.', ' ').replaceAll('-', ' ');
  }
}

function placeIn(data: Told['data']): string {
  if (typeof data['pullRequest'] !== 'number') return `on the branch ${textOf(data['branch'])}`;
  return `as pull request #${data['pullRequest']}${data['draft'] === true ? ', a draft' : ''}`;
}

/** Where it was looked for in vain is said where the gates are. */
function gateWords(gate: string, state: string, summary: string): string {
  if (state === 'running') return `gate ${gate} runs`;
  if (state === 'not-found') return `gate ${gate} not found`;
  return `gate ${gate} ${state.replace('-', ' ')}: ${summary}`;
}

const PLAIN = {
  'instance.halted': 'halted',
  'instance.resumed': 'halt lifted',
  'queue.paused': 'queue paused',
  'queue.resumed': 'queue resumed',
} as const;

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
