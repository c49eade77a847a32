import type { QueueMove } from '../../store/figures.ts';

export interface Depth {
  /** The end of the stretch. */
  readonly at: Date;
  /** The most at any moment of the stretch. */
  readonly waiting: number;
  readonly atWork: number;
}

/**
 * How many waited and were at work, stretch by stretch up to now, from what is so now and the moves that led there. Pure.
 */
export function depthsOf(wish: {
  readonly now: Date;
  readonly hours: number;
  readonly stretches: number;
  readonly moves: readonly QueueMove[];
  readonly waiting: number;
  readonly atWork: number;
}): Depth[] {
  const length = (wish.hours * 3_600_000) / wish.stretches;
  const depths: Depth[] = [];
  const moves = [...wish.moves];
  let { waiting, atWork } = wish;
  // Backwards in time: before a move there were as many fewer as it brought.
  for (let end = wish.now.getTime(); depths.length < wish.stretches; end -= length) {
    const most = { waiting, atWork };
    for (let move = moves.at(-1); move && move.at.getTime() > end - length; move = moves.at(-1)) {
      moves.pop();
      waiting = Math.max(0, waiting - move.waiting);
      atWork = Math.max(0, atWork - move.atWork);
      most.waiting = Math.max(most.waiting, waiting);
      most.atWork = Math.max(most.atWork, atWork);
    }
    depths.push({ at: new Date(end), ...most });
  }
  return depths.toReversed();
}
