import { z } from 'zod';
import { Id, Text, Time } from '../fields.ts';

/** Only what is used of GitHub's answers: https://docs.github.com/en/rest */

/** null for a person whose account was deleted. */
const Account = z.object({ login: z.string(), id: Id, type: z.string().optional() }).nullish();

export const Identified = z.object({ id: Id });

export const Comment = z.object({
  id: Id,
  html_url: z.string(),
  body: Text,
  user: Account,
  created_at: Time,
  updated_at: Time,
});
export type Comment = z.infer<typeof Comment>;

/** Of a whole repository's list, where only its addresses say what it is about. */
export const RepositoryComment = Comment.extend({ issue_url: z.string() });

/** https://docs.github.com/en/rest/using-the-rest-api/issue-event-types; `label` is there for the two that are about one. */
export const IssueEvent = z.object({
  event: z.string(),
  actor: Account,
  created_at: Time,
  label: z.object({ name: z.string().nullish() }).nullish(),
  issue: z.object({ number: z.number(), pull_request: z.object({}).nullish() }).nullish(),
});
export type IssueEvent = z.infer<typeof IssueEvent>;

export const Label = z.object({ name: z.string() });

export const Installation = z.object({ id: Id, suspended_at: z.string().nullish() });

export const NamedRepository = z.object({ full_name: z.string(), archived: z.boolean().default(false) });

/** A review that is not submitted has no time, and only its author sees it. */
export const Review = z.object({ id: Id, body: Text, user: Account, submitted_at: Time.nullish() });

export const LineComment = Comment.extend({
  path: z.string(),
  line: z.number().nullish(),
  original_line: z.number().nullish(),
});

/** A fork that was deleted leaves a head without a repository. */
export const Pull = z.object({
  number: z.number(),
  node_id: z.string(),
  html_url: z.string(),
  state: z.string(),
  draft: z.boolean().default(false),
  title: z.string(),
  body: Text,
  head: z.object({ ref: z.string(), sha: z.string(), repo: Identified.nullable() }),
  base: z.object({ ref: z.string(), repo: Identified }),
});
export type Pull = z.infer<typeof Pull>;

export const Issue = z.object({
  number: z.number(),
  title: z.string(),
  body: Text,
  user: Account,
  state: z.string(),
  labels: z.array(z.union([z.string(), z.object({ name: Text }).transform(({ name }) => name)])),
  pull_request: z.object({}).nullish(),
});

export const CheckRun = z.object({
  id: Id,
  status: z.string(),
  external_id: z.string().nullable(),
  output: z.object({ annotations_count: z.number() }),
});
export type CheckRun = z.infer<typeof CheckRun>;

/** Where the App's webhook leads. GitHub shows asterisks in place of the secret. */
export const HookConfig = z.object({ url: z.string().nullish(), content_type: z.string().nullish(), secret: z.string().nullish() });
export type HookConfig = z.infer<typeof HookConfig>;

/** `status_code` is 0, and `status` says why, where nobody answered. */
export const HookDelivery = z.object({
  delivered_at: Time,
  status: z.string(),
  status_code: z.number(),
  event: z.string(),
  action: z.string().nullish(),
});
export type HookDelivery = z.infer<typeof HookDelivery>;
