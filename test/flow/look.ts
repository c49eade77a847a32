import type { Task } from '../../src/domain/task.ts';
import { textOf } from '../support/model/script.ts';
import type { SeenRequest } from '../support/model/scripted-model.ts';
import { REPOSITORY, until, type AnyStage, type Stage } from './stage.ts';

/** What each agent was told first, in the order of their beginning. */
export function openings({ model }: Pick<Stage, 'model'>): string[] {
  return [...new Set(model.requests.map(({ body }) => (body ? textOf(body, 0) : '')))];
}

/** Once every delivery so far is over, whatever came of it. */
export async function handled({ forge, signalbox }: Pick<AnyStage, 'forge' | 'signalbox'>): Promise<void> {
  await forge.settled();
  await until(async () => {
    const { rows } = await signalbox.database.pool.query<{ open: number }>(
      "select count(*)::int as open from signalbox.deliveries where state = 'received'",
    );
    return rows[0]!.open === 0;
  }, 'every delivery to be handled');
}

/** The opening that the model was given in a request. */
export function opening({ body }: SeenRequest): string {
  return body ? textOf(body, 0) : '';
}

/** The newest words to the model in a request: what its last call came to. */
export function lastWords({ body }: SeenRequest): string {
  return body ? textOf(body, -1) : '';
}

/** Until an issue or pull request has a task in this state. */
export function taskIn(stage: AnyStage, number: number, state: Task['state']): Promise<Task> {
  const isAbout = ({ subject, pullRequest, askedOn }: Task) => subject.number === number || pullRequest === number || askedOn === number;
  return until(
    async () => (await stage.tasks()).findLast((task) => isAbout(task) && task.state === state),
    `a ${state} task of #${number}`,
  );
}

/** The requests to the forge whose method and path, without the repository's, are like this. */
export function requestsLike(stage: Stage, pattern: RegExp): string[] {
  return stage.forge.requests
    .map(({ method, path }) => `${method} ${path.replace(`/repos/${REPOSITORY}`, '')}`)
    .filter((line) => pattern.test(line));
}

/** What Signalbox wrote on a subject, the status comments aside, without its hidden mark. */
export function replies({ forge, truth }: Pick<AnyStage, 'forge' | 'truth'>, number: number): string[] {
  return ownComments({ forge, truth }, number)
    .filter((body) => !isStatus(body))
    .map((body) => body.replace(/^<!--.*?-->\n/, ''));
}

/** The status comment of one task; empty before there is one. */
export function statusOf(stage: AnyStage, { id, askedOn }: Task): string {
  return statusComments(stage, askedOn).find((body) => body.startsWith(`<!-- signalbox:${encodeURIComponent(`task:${id}`)} -->`)) ?? '';
}

export function statusComments({ forge, truth }: Pick<AnyStage, 'forge' | 'truth'>, number: number): string[] {
  return ownComments({ forge, truth }, number).filter(isStatus);
}

/** Issues, pull requests and everything that was made for them: for "once, and once only". */
export async function made(stage: Stage, issue: number) {
  const branches = Object.keys(await stage.truth().branches()).filter((name) => name !== 'main');
  const checks = (await stage.truth().checks()).map(({ name, headSha }) => `${headSha} ${name}`);
  return {
    tasks: (await stage.tasks()).length,
    branches: branches.length,
    pulls: stage.truth().pulls().length,
    statusComments: statusComments(stage, issue).length,
    replies: replies(stage, issue).length,
    checksTwice: checks.filter((check, index) => checks.indexOf(check) !== index),
    checksOpen: (await stage.truth().checks()).filter(({ status }) => status !== 'completed').map(({ name }) => name),
  };
}

/** What `made` says of one label story. */
export const ONCE = { tasks: 1, branches: 1, pulls: 1, statusComments: 1, replies: 0, checksTwice: [], checksOpen: [] };

/** How deliveries ended, as the database has them: event, state and note. */
export async function deliveries({
  signalbox,
}: Pick<Stage, 'signalbox'>): Promise<{ delivery_id: string; event: string; state: string; note: string | null; attempts: number }[]> {
  const { rows } = await signalbox.database.pool.query<{
    delivery_id: string;
    event: string;
    state: string;
    note: string | null;
    attempts: number;
  }>('select delivery_id, event, state, note, attempts from signalbox.deliveries order by seq');
  return rows;
}

function ownComments({ forge, truth }: Pick<AnyStage, 'forge' | 'truth'>, number: number): string[] {
  return truth()
    .comments(number)
    .filter(({ author }) => author === forge.botLogin)
    .map(({ body }) => body);
}

function isStatus(body: string): boolean {
  return body.startsWith('<!-- signalbox:task');
}
