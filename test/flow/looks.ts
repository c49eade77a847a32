import type { SeenRequest } from '../support/model/scripted-model.ts';
import { textOf } from '../support/model/script.ts';
import { REPOSITORY, until, type Stage } from './stage.ts';
import type { Task } from '../../src/domain/task.ts';

/** Looks at the forge, the database and the model that several stories share. */

/** The status comment of a task; empty before there is one. */
export function statusOf(stage: Stage, task: Task): string {
  const marker = `<!-- signalbox:${encodeURIComponent(`task:${task.id}`)} -->`;
  return (
    stage
      .truth()
      .comments(task.askedOn)
      .find(({ body }) => body.startsWith(marker))?.body ?? ''
  );
}

/** What the bot wrote on an issue or pull request beside status comments, oldest first, without its markers. */
export function repliesOn(stage: Stage, number: number): string[] {
  return stage
    .truth()
    .comments(number)
    .filter(({ author, body }) => author === stage.github.botLogin && !body.startsWith('<!-- signalbox:task'))
    .map(({ body }) => body.replace(/^<!--.*?-->\n/, ''));
}

/** The opening that the model was given. */
export function opening({ body }: SeenRequest): string {
  return body ? textOf(body, 0) : '';
}

/** The newest words to the model in a request: what its last call came to. */
export function lastWords({ body }: SeenRequest): string {
  return body ? textOf(body, -1) : '';
}

/** Until an issue or pull request has a task in this state. */
export function taskIn(stage: Stage, number: number, state: Task['state']): Promise<Task> {
  return until(async () => (await stage.tasks()).findLast((task) => isAbout(task, number) && task.state === state), `a ${state} task of #${number}`);
}

/** Until every delivery so far is handled. */
export async function handled(stage: Stage): Promise<void> {
  await stage.github.settled();
  await until(async () => {
    const { rows } = await stage.signalbox.database.pool.query<{ open: number }>(
      "select count(*)::int as open from signalbox.deliveries where state = 'received'",
    );
    return rows[0]!.open === 0;
  }, 'every delivery to be handled');
}

/** What the App did to the forge by this method and path, with the answer's status. */
export function written(stage: Stage, pattern: RegExp): string[] {
  return stage.github.requests.map(({ method, path }) => `${method} ${path.replace(`/repos/${REPOSITORY}`, '')}`).filter((line) => pattern.test(line));
}

function isAbout({ subject, pullRequest, askedOn }: Task, number: number): boolean {
  return subject.number === number || pullRequest === number || askedOn === number;
}
