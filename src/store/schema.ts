import { sql } from 'drizzle-orm';
import {
  bigint,
  bigserial,
  boolean,
  customType,
  doublePrecision,
  index,
  integer,
  pgSchema,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { cleanJson, cleanText } from '../domain/clean-text.ts';
import type { AgentState, Limits, Usage } from '../domain/agent.ts';
import type { EventType } from '../domain/event.ts';
import type { GateResult } from '../domain/finding.ts';
import type { Role } from '../domain/role.ts';
import type { AgentType, GateProfile, TaskOutcome, TaskPurpose, TaskState } from '../domain/task.ts';

/** Ours alone: BullMQ keeps its tables in a schema of its own on the same database. */
export const signalbox = pgSchema('signalbox');

const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' });
/** What people, models and tools write, without what PostgreSQL refuses. */
const prose = customType<{ data: string }>({ dataType: () => 'text', toDriver: cleanText });
const json = customType<{ data: unknown }>({
  dataType: () => 'jsonb',
  toDriver: (value) => JSON.stringify(cleanJson(JSON.parse(JSON.stringify(value)))),
});

const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/** An `Origin`: the request that a row goes back to. Rows from before it was kept have an id that no log knows. */
const origin = {
  requestId: text('request_id')
    .notNull()
    .default(sql`gen_random_uuid()::text`),
  traceParent: text('trace_parent'),
};

/** Webhook requests, written before they are answered. */
export const deliveries = signalbox.table(
  'deliveries',
  {
    seq: bigserial('seq', { mode: 'number' }).primaryKey(),
    forge: text('forge').notNull(),
    deliveryId: text('delivery_id').notNull(),
    /** What happened, where a forge gives one happening several delivery ids; null where the id alone tells. */
    key: text('key'),
    event: text('event').notNull(),
    /** The body as it came: JSON text. Text, because jsonb refuses an escaped NUL. */
    body: text('body').notNull(),
    /** Deliveries with the same lane are handled one after another, in the order in which they came. */
    lane: text('lane').notNull(),
    state: text('state').$type<'received' | 'handled' | 'ignored' | 'failed'>().notNull().default('received'),
    /** Why it was ignored, or what failed. */
    note: prose('note'),
    attempts: integer('attempts').notNull().default(0),
    /** Not before this instant: a back-off, or another server's claim. */
    dueAt: instant('due_at').notNull().defaultNow(),
    receivedAt: instant('received_at').notNull().defaultNow(),
    ...origin,
    handledAt: instant('handled_at'),
  },
  (table) => [
    uniqueIndex('deliveries_once').on(table.forge, table.deliveryId),
    uniqueIndex('deliveries_key')
      .on(table.forge, table.key)
      .where(sql`key is not null`),
    index('deliveries_waiting')
      .on(table.lane, table.seq)
      .where(sql`state = 'received'`),
  ],
);

/**
 * Which of the labels that mean something a subject has, as far as we were told, and since when by the forge's clock. Told by
 * time, a label that was put on is news once, whichever way and however often it is heard of.
 */
export const knownLabels = signalbox.table(
  'known_labels',
  {
    forge: text('forge').notNull(),
    repository: text('repository').notNull(),
    number: integer('number').notNull(),
    label: text('label').notNull(),
    present: boolean('present').notNull(),
    changedAt: instant('changed_at').notNull(),
    /** The delivery that told it: after a crash it is news to that one again. */
    deliveryId: text('delivery_id').notNull(),
  },
  (table) => [primaryKey({ columns: [table.forge, table.repository, table.number, table.label] })],
);

export const tasks = signalbox.table(
  'tasks',
  {
    id: uuid('id').primaryKey(),
    /** What asked for it, so that asking again after a crash gives the same task: `github/<delivery>/0`. */
    cause: text('cause').notNull(),
    ...origin,
    forge: text('forge').notNull(),
    repository: text('repository').notNull(),
    number: integer('number').notNull(),
    subjectKind: text('subject_kind').$type<'issue' | 'pull'>().notNull(),
    askedOn: integer('asked_on').notNull(),
    /** Of the subject, as the worker read it; null before. */
    title: prose('title'),
    purpose: text('purpose').$type<TaskPurpose>().notNull(),
    agentType: text('agent_type').$type<AgentType>().notNull(),
    profile: text('profile').$type<GateProfile>(),
    priority: integer('priority').notNull(),
    /** Lower than the settings' where somebody asked for that. */
    limits: json('limits').$type<Partial<Limits>>(),
    instruction: prose('instruction'),
    requestedByLogin: text('requested_by_login').notNull(),
    requestedById: bigint('requested_by_id', { mode: 'number' }).notNull(),
    branch: text('branch'),
    baseBranch: text('base_branch'),
    pullRequest: integer('pull_request'),
    headSha: text('head_sha'),
    state: text('state').$type<TaskState>().notNull(),
    outcome: json('outcome').$type<TaskOutcome>(),
    continues: uuid('continues'),
    /** The id that its first agent gets, where somebody was told it in advance. */
    firstAgent: uuid('first_agent'),
    /** The first request to stop at once; `killConfirmedAt` only on evidence that nothing of it is left. */
    killRequestedAt: instant('kill_requested_at'),
    killRequest: json('kill_request').$type<StopRequest>(),
    killConfirmedAt: instant('kill_confirmed_at'),
    /** The first request to wrap up. */
    stopRequestedAt: instant('stop_requested_at'),
    stopRequest: json('stop_request').$type<StopRequest>(),
    createdAt: instant('created_at').notNull().defaultNow(),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex('tasks_cause').on(table.cause),
    /** Two labels in one second make one task: a subject has at most one that is not over. */
    uniqueIndex('tasks_one_live')
      .on(table.forge, table.repository, table.number)
      .where(sql`state in ('pending', 'dispatched', 'running')`),
    index('tasks_live').on(table.state, table.priority, table.createdAt),
    index('tasks_pull').on(table.forge, table.repository, table.pullRequest),
    uniqueIndex('tasks_first_agent').on(table.firstAgent),
    index('tasks_newest').on(table.createdAt, table.id),
  ],
);

/** Who asked for a stop, of either kind, by which way, and why. */
export interface StopRequest {
  readonly actor: string;
  readonly route: string;
  readonly reason: string;
}

export const agents = signalbox.table(
  'agents',
  {
    id: uuid('id').primaryKey(),
    taskId: uuid('task_id')
      .notNull()
      .references(() => tasks.id),
    attempt: integer('attempt').notNull(),
    state: text('state').$type<AgentState>().notNull(),
    /** The worker process that holds it, and until when without a further heartbeat. */
    worker: text('worker').notNull(),
    leaseUntil: instant('lease_until').notNull(),
    /** Grows with every takeover. A worker that comes back with an old one can write nothing any more. */
    leaseToken: integer('lease_token').notNull().default(1),
    /** How often the agent was taken over, or put off because of a fault that passes. */
    resumptions: integer('resumptions').notNull().default(0),
    /** The machine that has its workspace, and its sandbox if there is one: where it was last at work. See `workers/arrive.ts`. */
    host: text('host').notNull().default(''),
    /** What was settled before it began, so that a takeover goes on from the same commits. */
    ground: json('ground').$type<Ground>(),
    /** What it may use up: what the settings, the repository and the task allow together. */
    limits: json('limits').$type<Limits>(),
    /** The commit that is being published: once this is set, the branch on the forge may be at it. */
    publishing: text('publishing'),
    model: text('model').notNull(),
    usage: json('usage').$type<Usage>().notNull(),
    costUsd: doublePrecision('cost_usd').notNull().default(0),
    /** What the worker is doing right now, in words: `installing dependencies`. */
    step: prose('step'),
    error: prose('error'),
    spawnedAt: instant('spawned_at').notNull().defaultNow(),
    startedAt: instant('started_at'),
    endedAt: instant('ended_at'),
  },
  (table) => [uniqueIndex('agents_attempt').on(table.taskId, table.attempt), index('agents_live').on(table.state, table.leaseUntil)],
);

/**
 * The machines on which something of an agent may be: noted before anything is made there, and gone when it was seen that
 * nothing is left. A kill is confirmed when there is none.
 */
export const stays = signalbox.table(
  'stays',
  {
    agentId: uuid('agent_id')
      .notNull()
      .references(() => agents.id),
    host: text('host').notNull(),
    since: instant('since').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.agentId, table.host] }), index('stays_host').on(table.host)],
);

/** The spine: append-only, its numbers growing in the order of commit. */
export const events = signalbox.table(
  'events',
  {
    seq: bigserial('seq', { mode: 'number' }).primaryKey(),
    type: text('type').$type<EventType>().notNull(),
    taskId: uuid('task_id'),
    agentId: uuid('agent_id'),
    data: json('data').$type<Record<string, unknown>>().notNull(),
    at: instant('at').notNull().defaultNow(),
  },
  (table) => [
    index('events_task').on(table.taskId, table.seq),
    index('events_agent').on(table.agentId, table.seq),
    index('events_command')
      .on(sql`(data ->> 'cause')`)
      .where(sql`type in ('command.accepted', 'command.refused')`),
    index('events_type').on(table.type, table.seq),
  ],
);

/** The commits and the branch that an agent works from. */
export interface Ground {
  readonly baseBranch: string;
  readonly baseSha: string;
  readonly branch: string;
  /** null for a branch that was not on the forge. */
  readonly branchHead: string | null;
  readonly startPoint: string;
}

/** The newest state of an agent's tree that could be kept: a commit on its start point, as a git bundle that any mirror of the repository takes. */
export const checkpoints = signalbox.table('checkpoints', {
  agentId: uuid('agent_id')
    .primaryKey()
    .references(() => agents.id),
  commit: text('commit').notNull(),
  bundle: bytea('bundle').notNull(),
  /** The transcript tells of more than is in it: what came after could not be kept. */
  outdated: boolean('outdated').notNull().default(false),
  at: instant('at').notNull().defaultNow(),
});

/** What an agent has changed, as people read it: what it published, or how far it is. For pages; nothing is made from it. */
export const diffs = signalbox.table('diffs', {
  agentId: uuid('agent_id')
    .primaryKey()
    .references(() => agents.id),
  commit: text('commit').notNull(),
  text: prose('text').notNull(),
  truncated: boolean('truncated').notNull(),
  at: instant('at').notNull().defaultNow(),
});

/** The transcript, one row a step. JSON as text: key order and escaped NULs survive. */
export const steps = signalbox.table(
  'steps',
  {
    agentId: uuid('agent_id')
      .notNull()
      .references(() => agents.id),
    seq: integer('seq').notNull(),
    body: text('body').notNull(),
    at: instant('at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.agentId, table.seq] })],
);

/** Where each gate of a task stands now. */
export const gates = signalbox.table(
  'gates',
  {
    taskId: uuid('task_id')
      .notNull()
      .references(() => tasks.id),
    gate: text('gate').notNull(),
    position: integer('position').notNull(),
    result: json('result').$type<GateResult>().notNull(),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.taskId, table.gate] })],
);

/** What the forge shows of a task, and what it should show. */
export const reports = signalbox.table(
  'reports',
  {
    taskId: uuid('task_id')
      .primaryKey()
      .references(() => tasks.id),
    /** The newest event that concerns the report. */
    wanted: bigint('wanted', { mode: 'number' }).notNull(),
    /** The newest event that the forge's pages already show. */
    done: bigint('done', { mode: 'number' }).notNull().default(0),
    attempts: integer('attempts').notNull().default(0),
    dueAt: instant('due_at').notNull().defaultNow(),
    commentId: bigint('comment_id', { mode: 'number' }),
    commentBody: prose('comment_body'),
    /** `sha name` → what was last written there. */
    checks: json('checks').$type<Record<string, { id: number; body: string }>>().notNull().default({}),
    problem: prose('problem'),
  },
  (table) => [
    index('reports_due')
      .on(table.dueAt)
      .where(sql`wanted > done`),
  ],
);

/** Small facts of the instance: its id, and whether it is halted. */
export const facts = signalbox.table('facts', {
  name: text('name').primaryKey(),
  value: text('value').notNull(),
  at: instant('at').notNull().defaultNow(),
});

/** Who may use the HTTP API, beside the holder of the settings' own token. Of a token only its digest is kept. */
export const tokens = signalbox.table(
  'tokens',
  {
    id: uuid('id').primaryKey(),
    name: prose('name').notNull(),
    role: text('role').$type<Role>().notNull(),
    digest: bytea('digest').notNull(),
    createdBy: prose('created_by').notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
    /** To the minute. */
    lastUsedAt: instant('last_used_at'),
    expiresAt: instant('expires_at'),
    revokedAt: instant('revoked_at'),
  },
  (table) => [uniqueIndex('tokens_digest').on(table.digest)],
);

/** How far each reader of the event log has come, and what it has made of it. */
export const readers = signalbox.table('readers', {
  name: text('name').primaryKey(),
  cursor: bigint('cursor', { mode: 'number' }).notNull().default(0),
  state: json('state'),
  /** Not before this instant: another server reads. */
  dueAt: instant('due_at').notNull().defaultNow(),
});

/** How many deliveries were forgotten, by what became of them. */
export const forgottenDeliveries = signalbox.table(
  'forgotten_deliveries',
  { forge: text('forge').notNull(), state: text('state').notNull(), count: bigint('count', { mode: 'number' }).notNull() },
  (table) => [primaryKey({ columns: [table.forge, table.state] })],
);
