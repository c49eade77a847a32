import type { JobsOptions } from 'bullmq';
import { messageOf, SignalboxError } from '../errors.ts';
import type { Logger } from '../log.ts';

/**
 * Delivers task ids to workers, by priority. It is not the truth: the database is. Whatever it loses is added again by the
 * sweep, and whatever it delivers twice finds the task taken.
 */
export interface Queue extends AsyncDisposable {
  readonly kind: 'postgres' | 'valkey';
  /**
   * Adding what is already waiting or being worked on changes nothing. Priority 1 is taken first. `turn` makes it another
   * job for the same task: for a takeover, while the job of a dead worker still counts as being worked on.
   */
  add(taskId: string, priority: number, turn?: number): Promise<void>;
  /** Takes a job out that no worker has begun; false when there is none. */
  remove(taskId: string): Promise<boolean>;
  /** Whether the queue holds this job, waiting or being worked on. */
  holds(taskId: string, turn?: number): Promise<boolean>;
  stats(): Promise<{ waiting: number; active: number; paused: boolean }>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Hands jobs to `handle`, at most `concurrency` at once, until disposed, which waits for those under way. */
  work(handle: (taskId: string) => Promise<void>, concurrency: number): Promise<AsyncDisposable>;
  /** Errors: `queue.unreachable`. */
  check(): Promise<void>;
}

/** BullMQ's classes and the connection they need: what differs between PostgreSQL and Valkey. */
export interface QueueBackend {
  readonly kind: Queue['kind'];
  openQueue(name: string): BullQueue;
  openWorker(name: string, process: (job: { data: Job }) => Promise<void>, options: WorkerTuning): BullPart;
}

/** What BullMQ's Queue and Worker, whose types name their backend, have in common here. */
interface BullPart {
  on(event: 'error', listener: (error: Error) => void): unknown;
  waitUntilReady(): Promise<unknown>;
  close(): Promise<void>;
}

interface BullQueue extends BullPart {
  add(name: string, data: Job, options: JobsOptions): Promise<unknown>;
  remove(jobId: string): Promise<number>;
  getJob(jobId: string): Promise<unknown>;
  getJobCounts(...types: ('wait' | 'prioritized' | 'active')[]): Promise<Record<string, number>>;
  isPaused(): Promise<boolean>;
  pause(): Promise<void>;
  resume(): Promise<void>;
}

export interface WorkerTuning {
  readonly concurrency: number;
  readonly lockDuration: number;
  readonly stalledInterval: number;
  readonly maxStalledCount: number;
}

export interface Job {
  readonly taskId: string;
}

const NAME = 'tasks';
/** Milliseconds. */
export interface Patience {
  /** A job whose worker is silent for so long is given to another one, which finds the task taken or free. */
  readonly lockMs: number;
  /** Between two looks for such jobs. */
  readonly stalledMs: number;
  /** For an answer. The client itself tries for ever, and what hangs tells nobody what is missing. */
  readonly answerMs: number;
  /** How long closing waits for a server that is away, once no job is under way. */
  readonly farewellMs: number;
}

const PATIENCE: Patience = { lockMs: 30_000, stalledMs: 10_000, answerMs: 10_000, farewellMs: 5_000 };

/** Errors: `queue.unreachable` (retryable). */
export async function openQueue(backend: QueueBackend, log: Logger, wish: Partial<Patience> = {}): Promise<Queue> {
  const { lockMs, stalledMs, answerMs, farewellMs } = { ...PATIENCE, ...wish };
  const queue = backend.openQueue(NAME);
  // Without a listener, a connection that breaks ends the process; the client reconnects by itself.
  queue.on('error', (error) => log.warn({ err: error }, 'the queue’s connection reported an error'));
  /** A question to a server that goes away meanwhile may never be answered, and whoever asks it has other things to do. */
  const ask = <T>(question: () => Promise<T>): Promise<T> =>
    inTime(answerMs, question()).catch((error: unknown) => {
      throw unreachable(backend.kind, error);
    });
  async function check(): Promise<void> {
    await ask(() => queue.getJobCounts('wait'));
  }
  await ready(queue, answerMs).catch(async (error: unknown) => {
    await queue.close();
    throw unreachable(backend.kind, error);
  });
  let closed: Promise<void> | undefined;

  return {
    kind: backend.kind,
    check,
    async add(taskId, priority, turn = 0) {
      const options = { jobId: jobIdOf(taskId, turn), priority, removeOnComplete: true, removeOnFail: true };
      await ask(() => queue.add(NAME, { taskId }, options));
    },
    async remove(taskId) {
      // Valkey answers 1 for a job that is not there, too.
      return (await ask(() => queue.getJob(taskId))) !== undefined && (await ask(() => queue.remove(taskId))) === 1;
    },
    async holds(taskId, turn = 0) {
      return (await ask(() => queue.getJob(jobIdOf(taskId, turn)))) !== undefined;
    },
    async stats() {
      const counts = await ask(() => queue.getJobCounts('wait', 'prioritized', 'active'));
      const waiting = (counts['wait'] ?? 0) + (counts['prioritized'] ?? 0);
      return { waiting, active: counts['active'] ?? 0, paused: await ask(() => queue.isPaused()) };
    },
    pause: () => ask(() => queue.pause()),
    resume: () => ask(() => queue.resume()),
    async work(handle, concurrency) {
      const tuning = { concurrency, lockDuration: lockMs, stalledInterval: stalledMs, maxStalledCount: 1000 };
      const underWay = new Set<Promise<void>>();
      function carryOut(job: { data: Job }): Promise<void> {
        const work = handle(job.data.taskId).finally(() => underWay.delete(work));
        underWay.add(work);
        return work;
      }
      const worker = backend.openWorker(NAME, carryOut, tuning);
      worker.on('error', (error) => log.warn({ err: error }, 'the queue’s worker reported an error'));
      await worker.waitUntilReady();
      let stopped: Promise<void> | undefined;
      async function stop(): Promise<void> {
        // From here on it takes no job.
        const closing = worker.close();
        while (underWay.size > 0) await Promise.allSettled(underWay);
        await settledSoon(closing, farewellMs);
      }
      return { [Symbol.asyncDispose]: () => (stopped ??= stop()) };
    },
    [Symbol.asyncDispose]: () => (closed ??= settledSoon(queue.close(), farewellMs)),
  };
}

/** BullMQ says farewell to its server, and waits for one that is away as long as that takes. What it could say is mended by the sweep. */
async function settledSoon(closing: Promise<void>, farewellMs: number): Promise<void> {
  await inTime(farewellMs, closing).catch(() => {});
}

function jobIdOf(taskId: string, turn: number): string {
  return turn === 0 ? taskId : `${taskId}.${turn}`;
}

async function ready(queue: BullQueue, answerMs: number): Promise<void> {
  let last: unknown;
  queue.on('error', (error) => (last = error));
  await inTime(answerMs, queue.waitUntilReady()).catch((error: unknown) => {
    throw last ?? error;
  });
}

async function inTime<T>(ms: number, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${ms / 1000} s`)), ms);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function unreachable(kind: string, error: unknown): SignalboxError {
  return new SignalboxError('queue.unreachable', `The queue (${kind}) does not answer: ${messageOf(error)}`, {
    nextStep:
      kind === 'valkey' ? 'Check VALKEY_HOST and VALKEY_PORT; unset them to keep the queue in the database.' : 'Check the database.',
    retryable: true,
    cause: error,
  });
}
