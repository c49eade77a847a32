import { findIssue } from '../../forge/behaviour/issues.ts';
import type { Issue } from '../../forge/server/model.ts';
import type { Ctx } from '../server/access.ts';
import { unexpected } from '../server/errors.ts';

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
  const seconds = (text: string) => Math.floor(Date.parse(text) / 1000);
  if (since !== undefined && since !== '' && seconds(at) < seconds(since)) return false;
  return before === undefined || before === '' || seconds(at) <= seconds(before);
}
