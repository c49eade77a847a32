import { isOnForge, type Task, type TaskOutcome } from '../domain/task.ts';

/** Next steps are written for people who can comment. Where a task has no place for that, the same is done in a terminal. Pure. */
export function whereItCanBeSaid(
  outcome: TaskOutcome,
  { id, askedOn, pullRequest }: Pick<Task, 'id' | 'askedOn' | 'pullRequest'>,
): TaskOutcome {
  if (isOnForge({ number: askedOn }) || pullRequest !== null || outcome.nextStep === null) return outcome;
  return { ...outcome, nextStep: outcome.nextStep.replaceAll('`/agent retry', `\`signalbox retry ${id}`) };
}
