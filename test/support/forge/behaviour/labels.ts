import { Refusal } from '../server/errors.ts';
import type { Labelling } from '../server/happening.ts';
import type { ForgeHub } from '../server/hub.ts';
import type { Account, Issue, Label, Repository } from '../server/model.ts';

export function findLabel(repository: Repository, name: string): Label | undefined {
  return repository.labels.find((label) => label.name.toLowerCase() === name.toLowerCase());
}

export function createLabel(
  hub: ForgeHub,
  repository: Repository,
  fields: { name: string; color?: string; description?: string | null },
): Label {
  const color = fields.color ?? 'ededed';
  if (!/^[0-9a-f]{6}$/i.test(color)) throw new Refusal('label-color', color);
  const label = { id: hub.nextId(), name: fields.name, color, description: fields.description ?? null };
  repository.labels.push(label);
  return label;
}

export function addLabels(hub: ForgeHub, repository: Repository, issue: Issue, named: readonly Label[], by: Account): void {
  put(hub, repository, issue, by, { how: 'added', named, after: [...new Set([...issue.labels, ...named])] });
}

export function removeLabel(hub: ForgeHub, repository: Repository, issue: Issue, label: Label, by: Account): void {
  put(hub, repository, issue, by, { how: 'removed', named: [label], after: issue.labels.filter((one) => one !== label) });
}

export function setLabels(hub: ForgeHub, repository: Repository, issue: Issue, named: readonly Label[], by: Account): void {
  put(hub, repository, issue, by, { how: 'replaced', named, after: [...new Set(named)] });
}

export function clearLabels(hub: ForgeHub, repository: Repository, issue: Issue, by: Account): void {
  put(hub, repository, issue, by, { how: 'cleared', named: [], after: [] });
}

interface Wish extends Pick<Labelling, 'how' | 'named'> {
  after: Label[];
}

function put(hub: ForgeHub, repository: Repository, issue: Issue, by: Account, { how, named, after }: Wish): void {
  const before = issue.labels;
  const added = after.filter((label) => !before.includes(label));
  const removed = before.filter((label) => !after.includes(label));
  if (added.length + removed.length > 0) issue.updatedAt = hub.timestamp();
  issue.labels = after;
  hub.report(repository, { kind: 'labelled', issue, by, labelling: { how, named, before, added, removed } });
}
