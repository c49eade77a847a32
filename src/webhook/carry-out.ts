import type { CommandAnswer, CommandContext } from '../commands/command.ts';
import type { Db } from '../store/database.ts';
import { appendEvent, change, notedAnswer, type NotedAnswer } from '../store/events.ts';
import type { Ask } from './route.ts';

/**
 * Runs a command and notes it with its answer, in one change. Whoever repeats it after a crash, or beside who is slow, finds
 * the note and gives the same answer: a stop that ran again would meet what has begun since.
 */
export async function carryOut(context: CommandContext, ask: Ask, run: (db: Db) => Promise<CommandAnswer>): Promise<NotedAnswer> {
  const { db, subject, sender, cause, origin, route } = context;
  return change(db, async (tx) => {
    const before = await notedAnswer(tx, cause);
    if (before) return before;
    const { ok, reply } = await run(tx);
    const type = ok ? 'command.accepted' : 'command.refused';
    await appendEvent(tx, {
      type,
      data: {
        ...subject,
        by: sender.login,
        command: ask.command,
        route,
        cause,
        requestId: origin.requestId,
        ...(reply === null ? {} : { reply }),
      },
    });
    return { ok, reply };
  });
}
