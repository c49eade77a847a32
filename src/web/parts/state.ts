import { html } from 'hono/html';
import type { TaskState } from '../../domain/task.ts';
import type { Html } from './html.ts';

export interface Standing {
  readonly state: TaskState;
  readonly killRequestedAt: Date | null;
  readonly killConfirmedAt: Date | null;
  readonly stopRequestedAt: Date | null;
}

type Tone = 'waiting' | 'running' | 'stopping' | 'completed' | 'failed' | 'killed';

/**
 * Where a task stands, in words and for the eye. A stop that was asked for is never shown as one that has happened: only
 * the database's confirmation makes it one. Pure.
 */
export function standingOf({ state, killRequestedAt, killConfirmedAt, stopRequestedAt }: Standing): { tone: Tone; words: string } {
  if (state === 'completed') return { tone: 'completed', words: 'completed' };
  if (state === 'failed') return { tone: 'failed', words: 'failed' };
  if (state === 'killed') return { tone: 'killed', words: killConfirmedAt ? 'killed' : 'killed, not confirmed' };
  if (killRequestedAt) return { tone: 'stopping', words: 'stop requested, not yet confirmed' };
  if (state === 'running') return stopRequestedAt ? { tone: 'stopping', words: 'wrapping up' } : { tone: 'running', words: 'running' };
  return { tone: 'waiting', words: state };
}

export function statePill(standing: Standing): Html {
  const { tone, words } = standingOf(standing);
  return html`<span class="state ${tone}">${words}</span>`;
}
