import { z } from 'zod';
import { FullName, Text, TimeIfAny } from '../fields.ts';

/** Only what is used of GitHub's webhook payloads: https://docs.github.com/en/webhooks/webhook-events-and-payloads */

const Account = z.object({ login: z.string().min(1), id: z.number().int(), type: z.string().optional() });

const Subject = z.object({ number: z.number().int().positive(), updated_at: TimeIfAny });

/** An issue that is a pull request carries this key. */
const Issue = Subject.extend({ pull_request: z.object({}).nullish() });

const Common = z.object({ repository: z.object({ full_name: FullName }), sender: Account });
export type Common = z.infer<typeof Common>;

export const AboutIssue = Common.extend({ issue: Issue });
export type AboutIssue = z.infer<typeof AboutIssue>;

export const AboutPull = Common.extend({ pull_request: Subject });
export type AboutPull = z.infer<typeof AboutPull>;

const Label = z.object({ name: z.string() });

export const IssueLabel = AboutIssue.extend({ label: Label });
export const PullLabel = AboutPull.extend({ label: Label });
export const IssueComment = AboutIssue.extend({ comment: z.object({ id: z.number().int(), body: Text, created_at: TimeIfAny }) });
export const Review = AboutPull.extend({
  review: z.object({ id: z.number().int(), state: z.string(), body: Text, submitted_at: TimeIfAny }),
});
export const CheckRun = Common.extend({ check_run: z.object({ head_sha: z.string().min(1), external_id: Text }) });
export const CheckSuite = Common.extend({ check_suite: z.object({ head_sha: z.string().min(1) }) });
