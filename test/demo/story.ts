import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFeed } from '../../src/store/feed.ts';
import { isTerminal, type Task } from '../../src/domain/task.ts';
import { latestTaskOf } from '../../src/store/tasks.ts';
import { createSandboxes, type Instance } from '../../src/compose.ts';
import { readConfig } from '../../src/config.ts';
import { messageOf, SignalboxError } from '../../src/errors.ts';
import { startGithub, type Github } from '../support/github/github.ts';
import { startScriptedModel } from '../support/model/scripted-model.ts';
import { startSignalbox } from '../support/signalbox.ts';
import { createTeller, type Result, type Teller } from './tell.ts';
import { createJsonTeller } from './tell-json.ts';
import { ISSUE, PROJECT } from './project.ts';
import { SCRIPT } from './script.ts';

const REPOSITORY = 'acme/duration';
const PERSON = 'ada';
/** A real model may take its time; the scripted one needs seconds. */
const LONGEST_MS = 600_000;

/** The whole story on stand-ins, told in the terminal while it happens, or with `json` to a program. Leaves nothing behind. */
export async function runDemo(options: { keep: boolean; json: boolean }): Promise<void> {
  const tell = options.json ? createJsonTeller(process.stdout) : createTeller(process.stdout);
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-demo-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));

  const github = stack.use(await startGithub());
  tell.fact(`a stand-in GitHub at ${github.url}, with the repository ${REPOSITORY} in it`);
  const model = await chooseModel(tell, stack);
  const sandbox = await chooseSandbox(tell);
  const settings = { ...sandbox, ...(model.name ? { AI_MODEL: model.name } : {}) };
  const signalbox = stack.use(await startSignalbox({ github, model, dataDir: folder, settings }));
  tell.fact(`Signalbox at ${signalbox.url}, on an embedded PostgreSQL`);

  github.addUser(PERSON);
  await github.addRepository(REPOSITORY, { files: PROJECT, collaborators: { [PERSON]: 'write' } });
  const issue = await github.as(PERSON).openIssue(REPOSITORY, ISSUE);
  tell.person(`${PERSON} opens issue #${issue.number}: ${ISSUE.title}`);
  tell.person(`${PERSON} puts the label agent:worker on it`);
  const labelled = Date.now();
  await github.as(PERSON).label(REPOSITORY, issue.number, 'agent:worker');

  const task = await follow(signalbox, issue.number, tell);
  await github.settled();
  const seconds = Math.round((Date.now() - labelled) / 100) / 10;
  tell.result({ ...(await resultOf(github, task)), seconds, address: options.keep ? signalbox.url : null });
  if (task.state !== 'completed') process.exitCode = 1;
  if (options.keep) await new Promise<void>((resolve) => process.once('SIGINT', resolve));
}

async function chooseModel(
  tell: Teller,
  stack: AsyncDisposableStack,
): Promise<{ url: string | null; apiKey: string; name: string | null }> {
  const own = process.env['CLAUDE_API_KEY'];
  if (own) {
    const name = process.env['AI_MODEL'] ?? null;
    tell.fact(`the real Claude${name ? ` (${name})` : ''}, because CLAUDE_API_KEY is set`);
    return { url: process.env['ANTHROPIC_BASE_URL'] ?? null, apiKey: own, name };
  }
  const apiKey = 'demo-key';
  const model = stack.use(await startScriptedModel({ apiKey, script: SCRIPT }));
  tell.fact('a scripted model behind the real SDK (set CLAUDE_API_KEY for the real Claude)');
  return { url: model.url, apiKey, name: null };
}

/** The settings of the sandbox: Docker where an engine answers, as the environment says where it is. */
async function chooseSandbox(tell: Teller): Promise<Record<string, string>> {
  const names = ['DOCKER_HOST', 'SANDBOX_IMAGE'];
  const engine = Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []))) as Record<
    string,
    string
  >;
  const docker = await dockerState(engine);
  if (docker.ok) {
    tell.fact(`sandboxes: Docker (${docker.detail})`);
    return { ...engine, SANDBOX_ENABLED: 'true' };
  }
  tell.warning('NO SANDBOX: commands run on this machine as you, which is fine for this script and for nothing else');
  tell.warning(`Docker was not used: ${docker.detail}`);
  return { SANDBOX_ENABLED: 'false' };
}

async function dockerState(engine: Record<string, string>): Promise<{ ok: boolean; detail: string }> {
  try {
    return await createSandboxes(readConfig(engine), 'demo').check();
  } catch (error) {
    return { ok: false, detail: messageOf(error) };
  }
}

/** Tells every event as it is written, until the task is over and the forge shows it. */
async function follow({ database }: Instance, number: number, tell: Teller): Promise<Task> {
  const subject = { forge: 'github', repository: REPOSITORY, number };
  const end = Date.now() + LONGEST_MS;
  let cursor = 0;
  let over: Task | null = null;
  while (Date.now() < end) {
    for (const event of await readFeed(database.db, { scope: 'everything' }, { after: cursor, limit: 200 })) {
      tell.event(event);
      cursor = event.seq;
    }
    const task = await latestTaskOf(database.db, subject);
    if (over && (await isReported(database.pool, over.id))) return over;
    if (task && isTerminal(task.state)) over = task;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new SignalboxError('demo.too-long', `The demo’s task did not end within ${LONGEST_MS / 60_000} minutes.`, {
    nextStep: 'Look at what was told last, and run it again: `npm run demo`.',
  });
}

async function isReported(pool: Instance['database']['pool'], taskId: string): Promise<boolean> {
  const { rows } = await pool.query<{ behind: boolean }>('select wanted > done as behind from signalbox.reports where task_id = $1', [
    taskId,
  ]);
  return rows[0]?.behind === false;
}

async function resultOf(github: Github, { state, pullRequest, askedOn, outcome }: Task): Promise<Omit<Result, 'seconds' | 'address'>> {
  const repository = github.repository(REPOSITORY);
  const message = outcome?.message ?? state;
  if (pullRequest === null) return { state, message, pullRequest: null, checks: [], comment: null };
  const { number, title, headSha } = repository.pull(pullRequest);
  const checks = (await repository.checks(headSha)).map((check) => ({
    name: check.name,
    result: check.conclusion ?? check.status,
    title: check.title ?? '',
  }));
  const comment = repository.comments(askedOn).at(-1);
  return {
    state,
    message,
    pullRequest: { number, title, commit: headSha, diff: await repository.diff(number) },
    checks,
    comment: comment ? { issue: askedOn, text: comment.body.replace(/<!--.*?-->|<\/?sub>/g, '').trim() } : null,
  };
}
