import { z } from 'zod';
import { FullName, Text, TimeIfAny } from '../fields.ts';

/** Only what is used of the webhook payloads of Gitea and Forgejo. What a payload says about permissions is not the sender's. */

const Account = z.object({ login: z.string().min(1), id: z.number().int() });

const Label = z.object({ name: z.string() });

/** Not `labels`: they can be older than the event. */
const Subject = z.object({ number: z.number().int().positive(), updated_at: TimeIfAny, closed_at: TimeIfAny });
export type Subject = z.infer<typeof Subject>;

/** An issue that is a pull request carries this key. */
const Issue = Subject.extend({ pull_request: z.object({}).nullish() });

const Common = z.object({ repository: z.object({ full_name: FullName }), sender: Account });
export type Common = z.infer<typeof Common>;

export const AboutIssue = Common.extend({ issue: Issue });
export type AboutIssue = z.infer<typeof AboutIssue>;

export const AboutPull = Common.extend({ pull_request: Subject });
export type AboutPull = z.infer<typeof AboutPull>;

/** Which labels: not every version says it. */
const Changes = z
  .object({ added_labels: z.array(Label).nullish(), removed_labels: z.array(Label).nullish() })
  .nullish()
  .catch(null);
export type Changes = z.infer<typeof Changes>;

export const IssueLabels = AboutIssue.extend({ changes: Changes });
export const PullLabels = AboutPull.extend({ changes: Changes });

/** `is_pull` is missing where the issue itself says it. */
export const IssueComment = AboutIssue.extend({
  comment: z.object({ id: z.number().int(), body: Text, created_at: TimeIfAny }),
  is_pull: z.boolean().nullish().catch(null),
});

/** A review has no number here. */
export const Review = AboutPull.extend({ review: z.object({ type: Text, content: Text }) });
