import type { Happening } from '../../forge/server/happening.ts';
import type { Hub } from '../server/hub.ts';

/** Writes what happened into the timeline of its issue; comments are there by themselves. */
export function remember(hub: Hub, happening: Happening): void {
  const head = () => ({ id: hub.nextId(), by: happening.by, at: hub.timestamp() });
  switch (happening.kind) {
    case 'labelled': {
      const { added, removed } = happening.labelling;
      const timeline = hub.timelineOf(happening.issue);
      for (const label of removed) timeline.push({ ...head(), type: 'label', label, added: false });
      for (const label of added) timeline.push({ ...head(), type: 'label', label, added: true });
      return;
    }
    case 'closed':
    case 'reopened':
      hub.timelineOf(happening.issue).push({ ...head(), type: stateWord(happening) });
      return;
    case 'edited':
      if (!happening.changes.title) return;
      hub.timelineOf(happening.issue).push({
        ...head(),
        type: 'change_title',
        from: happening.changes.title.from,
        to: happening.issue.title,
      });
      return;
    case 'reviewed': {
      const { pull, review } = happening;
      hub.timelineOf(pull.issue).push({ ...head(), type: 'review', reviewId: review.id, body: review.body });
      return;
    }
    case 'head-moved':
      hub.timelineOf(happening.pull.issue).push({ ...head(), type: 'pull_push', commits: [happening.after] });
      return;
    case 'opened': {
      const { issue } = happening;
      if (issue.pull) hub.timelineOf(issue).push({ ...head(), type: 'pull_push', commits: [issue.pull.headSha] });
      return;
    }
    case 'commented':
    case 'comment-edited':
    case 'comment-deleted':
    case 'draft-changed':
    case 'pushed':
    case 'branch-settled':
  }
}

function stateWord({ kind, issue }: Extract<Happening, { kind: 'closed' | 'reopened' }>): 'close' | 'reopen' | 'merge_pull' {
  if (kind === 'reopened') return 'reopen';
  return issue.pull?.merged ? 'merge_pull' : 'close';
}
