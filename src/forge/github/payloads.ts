import { z } from 'zod';

/** Only what is used of GitHub's webhook payloads: https://docs.github.com/en/webhooks/webhook-events-and-payloads */

const Account = z.object({ login: z.string().min(1), id: z.number().int(), type: z.string().optional() });

const Repository = z.object({ full_name: z.string().regex(/^[\w.-]+\/[\w.-]+$/) });

const Numbered = z.object({ number: z.number().int().positive() });

/** An issue that is a pull request carries this key. */
const Issue = Numbered.extend({ pull_request: z.object({}).nullish() });

const Text = z
  .string()
  .nullish()
  .transform((text) => text ?? '');

const Common = z.object({ repository: Repository, sender: Account });
export type Common = z.infer<typeof Common>;

export const IssueLabel = Common.extend({ issue: Issue, label: z.object({ name: z.string() }) });
export const PullLabel = Common.extend({ pull_request: Numbered, label: z.object({ name: z.string() }) });
export const IssueClosed = Common.extend({ issue: Issue });
export const PullClosed = Common.extend({ pull_request: Numbered });
export const IssueComment = Common.extend({ issue: Issue, comment: z.object({ id: z.number().int(), body: Text }) });
export const Review = Common.extend({ pull_request: Numbered, review: z.object({ id: z.number().int(), state: z.string(), body: Text }) });
export const CheckRun = Common.extend({ check_run: z.object({ head_sha: z.string().min(1), external_id: Text }) });
export const CheckSuite = Common.extend({ check_suite: z.object({ head_sha: z.string().min(1) }) });

export const WithAction = z.object({ action: z.string() });
