import type { Scope } from '../../store/scope.ts';
import type { Tile } from './tiles.ts';

/** How a figure stands to a limit of all repositories together. Beside the figure of some of them it would mislead. */
export function sharedLimit(scope: Scope, limit: Pick<Tile, 'note' | 'used' | 'mayFill'>): Pick<Tile, 'note' | 'used' | 'mayFill'> {
  return scope === 'everything' ? limit : {};
}
