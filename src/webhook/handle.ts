import type { Command, CommandAnswer, CommandContext } from '../commands/command.ts';
import { COMMANDS, findCommand } from '../commands/registry.ts';
import { SignalboxError } from '../errors.ts';
import { mayWrite, type Forge, type ForgeEvent, type Permission, type SeenTarget, type Sender, type Translation } from '../forge/forge.ts';
import type { Origin } from '../domain/origin.ts';
import type { SubjectRef } from '../domain/task.ts';
import type { Db } from '../store/database.ts';
import type { Delivery } from '../store/deliveries.ts';
import { appendEvent, change, notedAnswer } from '../store/events.ts';
import { latestTaskOf, taskOfCommit } from '../store/tasks.ts';
import { carryOut } from './carry-out.ts';
import { newsIn } from './labels.ts';
import { readPolled, POLLED } from './polled.ts';
import { asksOf, type Ask } from './route.ts';

export interface HandleOptions {
  readonly db: Db;
  readonly forge: Forge;
  readonly allowedBots: readonly string[];
  /** Of what comes of the delivery. */
  readonly origin: Origin;
}

export type Handled = { readonly state: 'handled' | 'ignored'; readonly note: string | null };

/**
 * Does what a recorded delivery asks for. Everything in it can be repeated: after a crash the same delivery comes again,
 * finds its tasks made and its replies written, and ends the same way. What was already done is not done again, but for the
 * answer, which may not have arrived.
 */
export async function handleDelivery(
  options: HandleOptions,
  delivery: Pick<Delivery, 'deliveryId' | 'event' | 'body' | 'attempts' | 'receivedAt'>,
): Promise<Handled> {
  const meaning = meaningOf(options.forge, delivery);
  if ('ignored' in meaning) return ignored(meaning.ignored);
  // Noted whoever did it: what a stranger put on is not news when somebody else changes another label.
  const { deliveryId, receivedAt } = delivery;
  const news = await newsIn(meaning.event, { db: options.db, forge: options.forge, deliveryId, receivedAt });
  const asked = news.flatMap((event) => asksOf(event).map((ask) => ({ event, ask })));
  if (asked.length === 0) return ignored(news.length === 0 ? 'it tells nothing new' : 'it asks for nothing');
  const stranger = await refusedSender(options, meaning.event.sender);
  if (stranger) return ignored(stranger);
  const place = await placeOf(options.db, meaning.event);
  if (!place) return ignored('it is about nothing that an agent has made');

  const notes: string[] = [];
  for (const [index, { event, ask }] of asked.entries()) {
    const context: CommandContext = {
      db: options.db,
      ...place,
      origin: options.origin,
      sender: event.sender,
      cause: `${options.forge.name}/${deliveryId}/${index}`,
      route: ask.route,
    };
    const before = delivery.attempts > 1 ? await notedAnswer(options.db, context.cause) : null;
    if (before) await answerTo(options, context, before.reply);
    notes.push(before ? `${ask.command}: done before` : await handleAsk(options, context, ask, event));
  }
  return { state: 'handled', note: notes.join('; ') };
}

function meaningOf(forge: Forge, { event, body }: Pick<Delivery, 'event' | 'body'>): Translation {
  return event === POLLED ? readPolled(body) : forge.translate(event, JSON.parse(body));
}

async function handleAsk(options: HandleOptions, context: CommandContext, ask: Ask, event: ForgeEvent): Promise<string> {
  const command = findCommand(ask.command);
  const permission = await options.forge.permission(context.subject.repository, context.sender.login);
  if (!isAllowed(permission, command)) {
    if (ask.route === 'comment' || (ask.route === 'label' && ask.command === 'run')) await refuse(options, context, permission, command);
    await logRefusal(context, ask, permission);
    return `${ask.command}: refused (${permission})`;
  }
  await markSeen(options.forge, context.subject, event);
  const answer = await carryOut(context, ask, async (db) => (command ? command.run({ ...context, db }, ask) : unknown(ask.command)));
  await answerTo(options, context, answer.reply);
  return `${ask.command}: ${answer.ok ? 'done' : 'not possible'}`;
}

/** A bot is nobody who may ask, we least of all; where an instance trusts one, its settings name it. */
async function refusedSender(options: HandleOptions, sender: Sender): Promise<string | null> {
  if (options.allowedBots.includes(sender.login)) return null;
  if (sender.isBot) return `it comes from a bot (${sender.login})`;
  const self = await options.forge.identity();
  return self.id === sender.id ? 'it comes from Signalbox itself' : null;
}

async function placeOf(db: Db, event: ForgeEvent): Promise<{ subject: SubjectRef; subjectKind: 'issue' | 'pull' } | null> {
  if (event.kind === 'check-rerequested') {
    const task = await taskOfCommit(db, event.forge, event.repository, event.headSha);
    return task?.pullRequest ? { subject: { ...task.subject, number: task.pullRequest }, subjectKind: 'pull' } : null;
  }
  const { subject, subjectKind } = event;
  if (event.kind !== 'changes-requested') return { subject, subjectKind };
  // A review of somebody's own work is not for us.
  return (await latestTaskOf(db, subject, 'work')) ? { subject, subjectKind } : null;
}

function isAllowed(permission: Permission, command: Command | null): boolean {
  if (command?.permission === 'maintain') return permission === 'maintain' || permission === 'admin';
  return mayWrite(permission);
}

/** A conversation that is locked takes no reaction; what was asked is done all the same. */
async function markSeen(forge: Forge, subject: SubjectRef, event: ForgeEvent): Promise<void> {
  const target = seenBy(event, subject);
  if (!target) return;
  await forge.ensureSeen(target).catch((error: unknown) => {
    if (!(error instanceof SignalboxError) || error.retryable) throw error;
  });
}

function seenBy(event: ForgeEvent, subject: SubjectRef): SeenTarget | null {
  if (event.kind === 'commented') return { kind: 'comment', subject, commentId: event.commentId };
  return event.kind === 'label-added' ? { kind: 'subject', subject } : null;
}

/** One polite reply to a person on a subject, however often they ask. */
async function refuse(options: HandleOptions, context: CommandContext, permission: Permission, command: Command | null): Promise<void> {
  const needed = command?.permission ?? 'write';
  const why =
    permission === 'unknown'
      ? 'the forge does not tell me what you may do here. Somebody who runs this Signalbox can mend that: its account must be allowed to read the permissions of collaborators (on Gitea and Forgejo: be an administrator of the repository)'
      : `that needs ${needed} access to this repository. Somebody who has it can ask me instead`;
  await reply(options, context, `refused:${context.sender.id}`, `Sorry, \`${context.sender.login}\`: ${why}.`);
}

async function answerTo(options: HandleOptions, context: CommandContext, answer: string | null): Promise<void> {
  if (answer !== null && context.route !== 'close') await reply(options, context, `reply:${context.cause}`, answer);
}

async function reply(options: HandleOptions, context: CommandContext, key: string, body: string): Promise<void> {
  await options.forge.ensureComment(context.subject, { key, body, knownId: null });
}

function unknown(name: string): CommandAnswer {
  const shown = /^[a-z-]{1,30}$/.test(name) ? `\`/agent ${name}\` is not a command.` : 'That is not a command.';
  return {
    ok: false,
    reply: `${shown} There are ${COMMANDS.map((command) => `\`${command.name}\``).join(', ')}; \`/agent help\` explains them.`,
  };
}

async function logRefusal({ db, subject, sender, cause, origin, route }: CommandContext, ask: Ask, permission: Permission): Promise<void> {
  const data = { ...subject, by: sender.login, command: ask.command, route, cause, requestId: origin.requestId, permission };
  await change(db, (tx) => appendEvent(tx, { type: 'command.refused', data }));
}

function ignored(note: string): Handled {
  return { state: 'ignored', note };
}
