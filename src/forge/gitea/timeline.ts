import type { LabelChange } from '../forge.ts';
import type { SubjectRef } from '../../domain/task.ts';
import { wholeSecond } from '../happenings.ts';
import { toSender } from './accounts.ts';
import { TimelineEvent } from './answers.ts';
import type { Api, GiteaClient } from './client.ts';
import { meaning404, orNull } from './errors.ts';
import { untilEmpty } from './pages.ts';
import { readIssue } from './subjects.ts';

export async function labelChanges(client: GiteaClient, ref: SubjectRef, since: Date): Promise<LabelChange[]> {
  return client.on(ref.repository, `read the labels' history of ${ref.repository}#${ref.number}`, async (api) => {
    const events = await orNull(() => readTimeline(api, ref.number, since));
    return (events ?? []).flatMap(toLabelChange);
  });
}

/** Oldest first. Gitea is asked for what was changed since, which can have been made before. */
export async function readTimeline(api: Api, number: number, since: Date): Promise<TimelineEvent[]> {
  const from = wholeSecond(since);
  const found = await meaning404(
    () => untilEmpty(api, `/issues/${number}/timeline`, { since: from.toISOString() }),
    () => readIssue(api, number),
  );
  return TimelineEvent.array()
    .parse(found)
    .filter((event) => event.created_at >= from);
}

/** By name, or by number as older versions write it. What was put on has a body, and nothing says what it means but that. */
export function toLabelChange({ type, label, body, user, created_at: at }: TimelineEvent): LabelChange[] {
  if ((type !== 'label' && type !== '7') || !label) return [];
  return [{ label: label.name, change: body === '' ? 'removed' : 'added', by: toSender(user), at }];
}

export function isClosing({ type }: TimelineEvent): boolean {
  return ['close', '2', 'merge_pull', '28'].includes(type);
}
