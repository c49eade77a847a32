import { mkdir, mkdtemp, rm, chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { prepareHome } from '../../src/store/embedded/home.ts';
import { watchEngine, type ContainerEvent } from '../chaos/engine-log.ts';
import { Look } from '../chaos/look.ts';
import { Member } from '../chaos/member.ts';
import { freePort } from '../chaos/proxy.ts';
import { PROJECT } from '../chaos/project.ts';
import { commonFolder } from '../support/common-folder.ts';
import { startGithub, type Github, type Person } from '../support/github/github.ts';
import { startScriptedModel } from '../support/model/scripted-model.ts';
import { settingsFor, WEBHOOK_SECRET } from '../support/signalbox.ts';

/** An agent in the middle of a long command. */
export interface Hand {
  readonly issue: number;
  readonly agent: string;
  readonly task: string;
}

/** A Signalbox of its own process, whose agents do nothing but wait in real containers. */
export interface Crew extends AsyncDisposable {
  readonly events: readonly ContainerEvent[];
  /** Starts so many more agents, and waits until each runs its command. */
  hire(count: number): Promise<Hand[]>;
  /** Says something on an issue; answers with the instant at which its webhook was sent. */
  say(issue: number, words: string): Promise<number>;
  /** When the engine says that the last container of the agent was gone. */
  gone(hand: Hand): Promise<number>;
  /** When the kill was confirmed. */
  confirmed(hand: Hand): Promise<number>;
}

const REPOSITORY = 'acme/one';
const API_KEY = 'key-of-the-stand-in-model';
const WAIT = [{ tools: [{ name: 'bash', input: { command: 'sleep 3600' } }] }];
const LONGEST_MS = 300_000;

export async function openCrew(most: number): Promise<Crew> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(await commonFolder(), 'signalbox-bench-'));
  await chmod(folder, 0o711);
  stack.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }));
  await mkdir(join(folder, 'data'));
  const engine = stack.use(watchEngine());
  const github = stack.use(await startGithub());
  const person = github.addUser('ada');
  await github.addRepository(REPOSITORY, { files: { ...PROJECT }, collaborators: { ada: 'admin' } });
  const model = stack.use(await startScriptedModel({ apiKey: API_KEY, script: () => WAIT[0]! }));
  const port = await freePort();
  const look = stack.use(
    new Look(
      `postgresql://signalbox@localhost/signalbox?host=${encodeURIComponent((await prepareHome(join(folder, 'data'))).socket.path)}`,
    ),
  );
  const settings = {
    SANDBOX_ENABLED: 'true',
    SANDBOX_DEFAULT_MEMORY_MB: '64',
    SANDBOX_DEFAULT_CPUS: '0.5',
    ORCHESTRATOR_PORT: String(port),
    LOG_LEVEL: 'info',
    MAX_CONCURRENT_AGENTS: String(most),
    MAX_AGENTS_PER_REPOSITORY: String(most),
    ORCHESTRATOR_QUEUE_CONCURRENCY: String(most),
    DAILY_COST_USD: '100000',
    REPOSITORY_DAILY_COST_USD: '100000',
  };
  const environment = settingsFor({ github, model: { url: model.url, apiKey: API_KEY }, dataDir: join(folder, 'data'), settings });
  const member = new Member({ name: 'serve', role: 'serve', environment, folder, logFile: join(folder, 'serve.log') });
  stack.defer(async () => {
    await member.stop();
    await member[Symbol.asyncDispose]();
  });
  member.start();
  await until(() => member.isUp, 'Signalbox to be up');
  github.deliverTo({ url: `http://127.0.0.1:${port}/webhooks/github`, secret: WEBHOOK_SECRET });
  const parts = stack.move();
  return { events: engine.events, ...actionsOf(github, person, look, engine.events), [Symbol.asyncDispose]: () => parts.disposeAsync() };
}

function actionsOf(github: Github, person: Person, look: Look, events: readonly ContainerEvent[]) {
  async function handOf(issue: number): Promise<Hand | null> {
    const rows = await look.once<{ task: string; agent: string }>(
      "select t.id as task, a.id as agent from signalbox.tasks t join signalbox.agents a on a.task_id = t.id where t.number = $1 and a.state = 'running'",
      [issue],
    );
    const hand = rows?.[0];
    const works = hand && events.some(({ agent, action }) => agent === hand.agent && action === 'exec_start');
    return works ? { issue, ...hand } : null;
  }
  return {
    async hire(count: number): Promise<Hand[]> {
      const issues: number[] = [];
      for (let one = 0; one < count; one += 1)
        issues.push((await person.openIssue(REPOSITORY, { title: 'Wait', labels: ['agent:worker'] })).number);
      return Promise.all(issues.map((issue) => until(() => handOf(issue), `an agent to wait on #${issue}`)));
    },
    async say(issue: number, words: string): Promise<number> {
      const { id } = await person.comment(REPOSITORY, issue, words);
      const mine = () =>
        github.deliveries.find(
          ({ event, body }) => event === 'issue_comment' && (JSON.parse(body) as { comment: { id: number } }).comment.id === id,
        );
      return until(() => {
        const attempt = mine()?.attempts[0];
        return attempt && Date.parse(attempt.at);
      }, 'the webhook to be sent');
    },
    async gone({ agent }: Hand): Promise<number> {
      return until(() => {
        const mine = events.filter((event) => event.agent === agent);
        const made = mine.filter(({ action }) => action === 'create').length;
        const destroyed = mine.filter(({ action }) => action === 'destroy');
        return destroyed.length === made ? Math.max(...destroyed.map(({ at }) => at)) : null;
      }, `the container of ${agent} to be gone`);
    },
    async confirmed({ task }: Hand): Promise<number> {
      return until(async () => {
        const rows = await look.once<{ at: Date | null }>('select kill_confirmed_at as at from signalbox.tasks where id = $1', [task]);
        return rows?.[0]?.at?.getTime();
      }, `the kill of ${task} to be confirmed`);
    },
  };
}

async function until<T>(look: () => Promise<T | null | undefined | false> | T | null | undefined | false, what: string): Promise<T> {
  const end = Date.now() + LONGEST_MS;
  while (Date.now() < end) {
    const seen = await look();
    if (seen !== null && seen !== undefined && seen !== false) return seen;
    await delay(20);
  }
  throw new Error(`waited ${LONGEST_MS / 1000} s for ${what}`);
}
