import { z } from 'zod';
import { Text, Time, TimeIfAny } from '../fields.ts';

/** Only what is used of the answers of Gitea and Forgejo: `/api/swagger` of a running server documents them. */

/** null for an account that was deleted, where it is not shown as a ghost. */
const Account = z.object({ login: z.string(), id: z.number() }).nullish();

export const OwnAccount = z.object({ login: z.string().min(1), id: z.number(), full_name: Text, email: Text });

export const Comment = z.object({
  id: z.number(),
  html_url: z.string(),
  /** One of the two is empty: a comment is on an issue or on a pull request. */
  issue_url: Text,
  pull_request_url: Text,
  body: Text,
  user: Account,
  created_at: Time,
  updated_at: Time,
});
export type Comment = z.infer<typeof Comment>;

/** A pending one is shown to its author, and to the administrators of the server. */
export const Review = z.object({
  id: z.number(),
  state: z.string(),
  body: Text,
  user: Account,
  comments_count: z.number().default(0),
  submitted_at: Time,
  updated_at: TimeIfAny,
});
export type Review = z.infer<typeof Review>;

/** `position` is a line of the new file, `original_position` one of the old; the other is 0. */
export const LineComment = z.object({
  id: z.number(),
  body: Text,
  user: Account,
  path: z.string(),
  position: z.number().nullish(),
  original_position: z.number().nullish(),
  created_at: Time,
  updated_at: Time,
});

const Label = z.object({ name: z.string() });

export const Issue = z.object({
  number: z.number(),
  title: z.string(),
  body: Text,
  user: Account,
  state: z.string(),
  labels: z
    .array(Label)
    .nullish()
    .transform((labels) => (labels ?? []).map(({ name }) => name)),
  pull_request: z.object({}).nullish(),
  closed_at: TimeIfAny,
});
export type Issue = z.infer<typeof Issue>;

/** `ref` is `refs/pull/N/head` where the branch is gone, and where there never was one. `draft` is missing in older versions. */
export const Pull = z.object({
  number: z.number(),
  html_url: z.string(),
  state: z.string(),
  draft: z.boolean().optional(),
  title: z.string(),
  body: Text,
  head: z.object({ label: Text, ref: z.string(), sha: Text, repo_id: z.number() }),
  base: z.object({ ref: z.string(), repo_id: z.number() }),
});
export type Pull = z.infer<typeof Pull>;

/** The state is in `status`. */
export const Status = z.object({
  id: z.number(),
  status: z.string(),
  context: z.string(),
  description: Text,
  target_url: Text,
  creator: Account,
});
export type Status = z.infer<typeof Status>;

/** `type` is a name, and was a number. Of a label that was deleted since, only the event is left. */
export const TimelineEvent = z.object({
  id: z.number(),
  type: z.union([z.string(), z.number()]).transform(String),
  user: Account,
  body: Text,
  label: Label.nullish(),
  created_at: Time,
});
export type TimelineEvent = z.infer<typeof TimelineEvent>;

export const Repository = z.object({ default_branch: z.string(), private: z.boolean() });

export const FoundRepository = z.object({
  full_name: z.string(),
  archived: z.boolean().default(false),
  permissions: z.object({ push: z.boolean() }).nullish(),
});

export const GrantedPermission = z.object({ permission: z.string(), user: z.object({ id: z.number() }).nullish() });

export const NamedLabel = Label;

export const Hook = z.object({ id: z.number(), config: z.object({ url: Text }) });
export type Hook = z.infer<typeof Hook>;

export const Identified = z.object({ id: z.number() });
