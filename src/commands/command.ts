import type { Origin } from '../domain/origin.ts';
import type { SubjectRef } from '../domain/task.ts';
import type { Sender } from '../forge/forge.ts';
import type { Db } from '../store/database.ts';

/**
 * Something that a person may ask for, by slash comment, label, review or check button. One file a command: how it is
 * written, what it does, who may, and the doing. The help is derived from these fields.
 *
 * `run` is called once permission is certain, inside the change that notes it: the whole is done once for a `cause`, or not
 * at all. It touches the database alone, and one query at a time; what it answers is put on the forge by the caller.
 */
export interface Command {
  readonly name: string;
  /** What follows `/agent `, in the usual notation: `run [worker|reviewer|tester] …`. */
  readonly usage: string;
  /** One sentence. */
  readonly summary: string;
  readonly permission: 'write' | 'maintain';
  run(context: CommandContext, input: CommandInput): Promise<CommandAnswer>;
}

export interface CommandInput {
  readonly args: readonly string[];
  /** What was written below the command. */
  readonly text: string;
}

export interface CommandContext {
  /** The transaction that the command is noted in. */
  readonly db: Db;
  readonly subject: SubjectRef;
  readonly subjectKind: 'issue' | 'pull';
  readonly sender: Sender;
  /** Names this asking for ever: the same asking has the same cause. */
  readonly cause: string;
  readonly origin: Origin;
  /** How it came: `comment`, `label`, `review`, `check`, `close`. */
  readonly route: string;
}

export type CommandAnswer =
  /** It was done, or was already so. `reply`: markdown for the person, where the status comment does not say it. */
  | { readonly ok: true; readonly reply: string | null }
  /** It could not be done as asked; the reply says why and what to write instead. */
  | { readonly ok: false; readonly reply: string };
