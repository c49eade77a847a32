import type { Hub } from '../server/hub.ts';
import { invalid, notFound } from '../server/errors.ts';
import type { Account, Issue, Label, Repository } from '../server/model.ts';
import { labelView } from '../views/issue.ts';
import { emitIssue } from './issues.ts';

export function findLabel(repository: Repository, name: string): Label | undefined {
  return repository.labels.find((label) => label.name.toLowerCase() === name.toLowerCase());
}

export function createLabel(
  hub: Hub,
  repository: Repository,
  fields: { name: string; color?: string; description?: string | null },
): Label {
  if (findLabel(repository, fields.name)) throw invalid({ resource: 'Label', code: 'already_exists', field: 'name' });
  const color = fields.color ?? 'ededed';
  if (!/^[0-9a-f]{6}$/i.test(color)) throw invalid({ resource: 'Label', code: 'invalid', field: 'color' });
  const label = { id: hub.nextId(), name: fields.name, color, description: fields.description ?? null };
  repository.labels.push(label);
  return label;
}

/** GitHub makes the labels that an issue is given and the repository does not have. */
export function labelsNamed(hub: Hub, repository: Repository, names: string[]): Label[] {
  return names.map((name) => findLabel(repository, name) ?? createLabel(hub, repository, { name }));
}

/** A label that is on already is left alone, without an event. */
export function addLabels(hub: Hub, repository: Repository, issue: Issue, names: string[], sender: Account): void {
  for (const label of labelsNamed(hub, repository, names)) {
    if (issue.labels.includes(label)) continue;
    issue.labels.push(label);
    issue.updatedAt = hub.timestamp();
    emitIssue(hub, repository, issue, 'labeled', sender, { label: labelView(hub, repository, label) });
  }
}

export function removeLabel(hub: Hub, repository: Repository, issue: Issue, name: string, sender: Account): void {
  const label = issue.labels.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (!label) throw notFound();
  issue.labels = issue.labels.filter((one) => one !== label);
  issue.updatedAt = hub.timestamp();
  emitIssue(hub, repository, issue, 'unlabeled', sender, { label: labelView(hub, repository, label) });
}

export function setLabels(hub: Hub, repository: Repository, issue: Issue, names: string[], sender: Account): void {
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  for (const label of issue.labels.filter((one) => !wanted.has(one.name.toLowerCase()))) {
    removeLabel(hub, repository, issue, label.name, sender);
  }
  addLabels(hub, repository, issue, names, sender);
}
