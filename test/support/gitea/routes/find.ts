import { findIssue } from '../../forge/behaviour/issues.ts';
import type { Issue } from '../../forge/server/model.ts';
import type { Ctx } from '../server/access.ts';
import { unexpected, unprocessable } from '../server/errors.ts';

export function issueIn(c: Ctx): Issue {
  return findIssue(c.var.repository, Number(c.req.param('index')));
}

/** Where Gitea does not expect that there is none. */
export function issueSurelyIn(c: Ctx): Issue {
  const found = c.var.repository.issues.find((one) => String(one.number) === c.req.param('index'));
  if (!found) throw unexpected();
  return found;
}

/** Both ends included, to the second. */
export function isWithin(at: string, since: string | undefined, before: string | undefined): boolean {
  if (since && secondsOf(at) < secondsOf(since)) return false;
  return !before || secondsOf(at) <= secondsOf(before);
}

export function assertTimes(c: Ctx): void {
  const { since, before } = c.req.query();
  for (const time of [since, before]) if (time && Number.isNaN(secondsOf(time))) throw unprocessable(`parsing time "${time}"`);
}

function secondsOf(time: string): number {
  return Math.floor(Date.parse(time) / 1000);
}
