import type { Happening } from '../../forge/server/happening.ts';
import type { Account, Issue, Label, Repository } from '../../forge/server/model.ts';
import type { Hub } from '../server/hub.ts';
import type { IssueEvent } from '../server/model.ts';

/** Writes what happened into the list of the repository's events. */
export function remember(hub: Hub, repository: Repository, happening: Happening): void {
  const events = hub.eventsOf(repository);
  const event = (issue: Issue, by: Account, name: IssueEvent['event'], label: Label | null = null) =>
    void events.push({ id: hub.nextId(), issue, by, event: name, label, at: hub.timestamp() });
  switch (happening.kind) {
    case 'labelled':
      for (const label of happening.labelling.removed) event(happening.issue, happening.by, 'unlabeled', label);
      for (const label of happening.labelling.added) event(happening.issue, happening.by, 'labeled', label);
      return;
    case 'closed':
    case 'reopened':
      return event(happening.issue, happening.by, happening.kind);
    default:
  }
}
