import type { CheckWish } from '../forge.ts';
import { cutLine } from '../cut.ts';
import type { Status } from './answers.ts';

/** What a status is made of: `POST /repos/OWNER/NAME/statuses/SHA`. */
export interface Posting {
  readonly state: string;
  readonly context: string;
  readonly description: string;
  readonly target_url: string;
}

/** One line in a list of Gitea's. */
const MAX_DESCRIPTION = 140;

/**
 * `warning` lets a pull request be merged and is no pass: what was not judged. What was ended before it could be judged is
 * an error, so that nothing is merged on it.
 */
const STATES = { success: 'success', failure: 'failure', 'timed-out': 'failure', neutral: 'warning', cancelled: 'error' } as const;

/** `page`: where people are led when the check has no page of its own. */
export function toPosting(wish: CheckWish, page: string): Posting {
  return {
    state: wish.status === 'completed' ? STATES[wish.conclusion ?? 'neutral'] : 'pending',
    context: wish.name,
    description: cutLine(wish.title.replace(/\s+/g, ' ').trim(), MAX_DESCRIPTION),
    target_url: marked(wish.detailsUrl ?? page, wish.externalId),
  };
}

/** A status has no field for an id of ours. Whatever server the address is of, its fragment stays as it is. */
function marked(url: string, externalId: string): string {
  return `${url}${url.includes('#') ? '&' : '#'}${markOf(externalId)}`;
}

function markOf(externalId: string): string {
  return `check=${encodeURIComponent(externalId)}`;
}

export function isOfRun({ target_url: url }: Pick<Status, 'target_url'>, externalId: string): boolean {
  return url.endsWith(`#${markOf(externalId)}`) || url.endsWith(`&${markOf(externalId)}`);
}

export function isSettled({ status }: Pick<Status, 'status'>): boolean {
  return status !== 'pending';
}

/** Of the same run. Some versions of Forgejo give the address without its server. */
export function sameAs({ status, description }: Pick<Status, 'status' | 'description'>, posting: Posting): boolean {
  return status === posting.state && description === posting.description;
}
