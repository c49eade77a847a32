import { parseCommands } from '../commands/parse.ts';
import { agentTypeOf } from '../domain/agent-labels.ts';
import type { ForgeEvent } from '../forge/forge.ts';

/** One command that an event amounts to. */
export interface Ask {
  readonly command: string;
  readonly args: readonly string[];
  readonly text: string;
  /** How it came, for the audit and for the answer's manners. */
  readonly route: 'comment' | 'label' | 'review' | 'check' | 'close';
}

/** Pure: the commands in an event, none for most. */
export function asksOf(event: ForgeEvent): Ask[] {
  switch (event.kind) {
    case 'commented':
      return parseCommands(event.body).map(({ verb, args, text }) => ({ command: verb, args, text, route: 'comment' as const }));
    case 'label-added': {
      const type = agentTypeOf(event.label);
      return type ? [{ command: 'run', args: [type], text: '', route: 'label' }] : [];
    }
    case 'label-removed':
      return agentTypeOf(event.label) ? [{ command: 'kill', args: [], text: '', route: 'label' }] : [];
    case 'labels-changed':
      return [];
    case 'closed':
      return [{ command: 'kill', args: [], text: '', route: 'close' }];
    case 'changes-requested':
      return [{ command: 'run', args: [], text: event.body, route: 'review' }];
    case 'check-rerequested':
      return [{ command: 'check', args: [], text: '', route: 'check' }];
  }
}
