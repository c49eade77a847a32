import type { Github, RepositoryTruth } from '../../support/github/github.ts';
import type { TaskRow } from '../facts.ts';
import { fileOf, linesOf, REPOSITORIES } from '../stories.ts';
import type { Told } from '../tell.ts';
import type { Evidence } from './evidence.ts';

export async function checkForge({ facts, told, github }: Evidence): Promise<string[]> {
  const problems: string[] = [];
  for (const repository of REPOSITORIES) {
    const truth = github.repository(repository);
    const tasks = facts.tasks.filter((task) => task.repository === repository);
    for (const task of tasks) problems.push(...comments(github, truth, task));
    problems.push(...(await checks(truth, tasks)), ...pulls(truth, tasks), ...(await branches(truth, tasks)));
    for (const one of told.filter(({ story }) => story.repository === repository)) problems.push(...(await work(truth, one, tasks)));
  }
  return problems;
}

function comments(github: Github, truth: RepositoryTruth, task: TaskRow): string[] {
  const marker = `<!-- signalbox:${encodeURIComponent(`task:${task.id}`)} -->`;
  const mine = truth.comments(task.asked_on).filter(({ author, body }) => author === github.botLogin && body.startsWith(marker));
  const name = `task ${task.id} of ${task.repository}#${task.number}`;
  if (mine.length !== 1) return [`${name} has ${mine.length} status comments`];
  const mark = { completed: '✅', failed: '❌', killed: '⏹️ **Stopped' }[task.state as 'completed' | 'failed' | 'killed'] ?? '?';
  return mine[0]!.body.includes(mark) ? [] : [`the status comment of ${name} (${task.state}) says: ${mine[0]!.body.split('\n')[1]}`];
}

async function checks(truth: RepositoryTruth, tasks: readonly TaskRow[]): Promise<string[]> {
  const all = await truth.checks();
  const own = all.filter(({ externalId }) => !externalId.startsWith('twin-of-'));
  const keys = own.map(({ headSha, name, externalId }) => `${headSha} ${name} of task ${externalId}`);
  const twice = keys.filter((key, index) => keys.indexOf(key) !== index).map((key) => `there are two checks ${key}`);
  const open = all
    .filter(({ status }) => status !== 'completed')
    .map(({ name, headSha, status, externalId }) => `the check ${name} of task ${externalId} on ${headSha} is ${status}`);
  const missing: string[] = [];
  for (const task of tasks.filter(({ head_sha, state }) => head_sha !== null && state === 'completed')) {
    for (const name of ['signalbox/agent', 'signalbox/check', 'signalbox/style']) {
      if (!own.some((check) => check.externalId === task.id && check.name === name && check.headSha === task.head_sha))
        missing.push(`task ${task.id} of #${task.number} has no check ${name}`);
    }
  }
  return [...twice, ...open, ...missing];
}

function pulls(truth: RepositoryTruth, tasks: readonly TaskRow[]): string[] {
  const problems: string[] = [];
  const all = truth.pulls();
  for (const issue of new Set(tasks.map(({ number }) => number))) {
    const mine = tasks.filter(({ number }) => number === issue);
    const heads = new Set(mine.map(({ branch }) => branch));
    const opened = all.filter(({ headRef }) => heads.has(headRef));
    if (opened.length > 1) problems.push(`#${issue} has ${opened.length} pull requests`);
    if (mine.some(({ state }) => state === 'completed') && opened.length !== 1)
      problems.push(`#${issue} was completed and has ${opened.length} pull requests`);
    for (const pull of opened) {
      if (!mine.some(({ pull_request, outcome }) => pull_request === pull.number || outcome?.message.includes(pull.headRef)))
        problems.push(
          `pull request #${pull.number} of #${issue} is known to no task: ${mine.map(({ outcome }) => outcome?.message).join(' / ')}`,
        );
    }
  }
  const known = new Set(tasks.map(({ branch }) => branch));
  for (const { number, headRef } of all) if (!known.has(headRef)) problems.push(`pull request #${number} belongs to no task`);
  return problems;
}

async function branches(truth: RepositoryTruth, tasks: readonly TaskRow[]): Promise<string[]> {
  const problems: string[] = [];
  for (const [name, tip] of Object.entries(await truth.branches())) {
    if (name === 'main') continue;
    const owners = tasks.filter(({ branch }) => branch === name);
    const says = owners.some(({ head_sha, outcome }) => head_sha === tip || (outcome?.message.includes(name) ?? false));
    if (!says)
      problems.push(
        `the branch ${name} is at ${tip}, and no task says so (${owners.map(({ id, state, head_sha }) => `${id} ${state} ${head_sha}`).join(', ') || 'it belongs to none'})`,
      );
    if (new Set(owners.map(({ number }) => number)).size > 1) problems.push(`the branch ${name} belongs to several issues`);
  }
  return problems;
}

/** The change of a story is on its branch, whole and once. */
async function work(truth: RepositoryTruth, { story, issue }: Told, tasks: readonly TaskRow[]): Promise<string[]> {
  const done = tasks.find(({ number, state }) => number === issue && state === 'completed');
  if (!done?.branch) return [];
  const name = `story ${story.number} (#${issue}, task ${done.id})`;
  const text = (await truth.file(done.branch, fileOf(story))) ?? '';
  const lines = text.split('\n').filter(Boolean);
  const wanted = linesOf(story);
  const problems: string[] = [];
  if (lines.toSorted().join() !== wanted.toSorted().join())
    problems.push(`${name} is not told as it was: ${JSON.stringify(lines)} of ${wanted.length} steps`);
  const main = new Set((await truth.commits('main')).map(({ sha }) => sha));
  const own = (await truth.commits(done.branch)).filter(({ sha }) => !main.has(sha));
  if (own.length !== 1) problems.push(`${name} has ${own.length} commits`);
  return problems;
}
