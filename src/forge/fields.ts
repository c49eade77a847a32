import { z } from 'zod';

/** What the answers and payloads of forges are made of. */

/** Octokit reads ids beyond 2^53 as bigint. */
export const Id = z.union([z.number(), z.bigint()]).transform(Number);

/** Empty where the forge has none. */
export const Text = z
  .string()
  .nullish()
  .transform((text) => text ?? '');

export const Time = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

/** For what is good to know, and not worth a refusal. */
export const TimeIfAny = Time.nullish()
  .catch(null)
  .transform((time) => time ?? null);

/** `owner/name`, with nothing in it that would be another path. */
export const FullName = z.string().regex(/^[\w.-]+\/[\w.-]+$/);
