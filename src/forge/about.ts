import type { SubjectRef } from '../domain/task.ts';
import type { Sender } from './forge.ts';

interface Payload {
  readonly repository: { readonly full_name: string };
}

interface Numbered {
  readonly number: number;
  readonly updated_at: Date | null;
}

/** What every event of a subject says, as the payloads of all forges have it. */
export interface About {
  readonly subject: SubjectRef;
  readonly subjectKind: 'issue' | 'pull';
  readonly sender: Sender;
  readonly at: Date | null;
}

/** An issue that is a pull request carries the key `pull_request`. */
export function aboutIssue(p: Payload & { issue: Numbered & { pull_request?: object | null } }, forge: string, sender: Sender): About {
  const { number, pull_request: pull, updated_at: at } = p.issue;
  return { subject: { forge, repository: p.repository.full_name, number }, subjectKind: pull ? 'pull' : 'issue', sender, at };
}

export function aboutPull(p: Payload & { pull_request: Numbered }, forge: string, sender: Sender): About {
  const { number, updated_at: at } = p.pull_request;
  return { subject: { forge, repository: p.repository.full_name, number }, subjectKind: 'pull', sender, at };
}
