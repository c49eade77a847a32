import { html } from 'hono/html';
import { isOnForge, type Task } from '../../domain/task.ts';
import type { Forge } from '../../forge/forge.ts';
import type { Agent } from '../../store/agents.ts';
import { forgeAddress, repositoryAddress, taskAddress } from '../addresses.ts';
import { counted } from '../words.ts';
import type { Html } from './html.ts';
import { kindOf } from './task-cell.ts';
import { stampCell } from './time.ts';

/** Under the heading: where it is about, where its result is, who asked. */
export function subjectLine(forges: readonly Forge[], task: Task): Html {
  const { subject, pullRequest } = task;
  const pull =
    pullRequest === null || pullRequest === subject.number
      ? ''
      : html` · pull request ${link(forgeAddress(forges, subject, { number: pullRequest }), `#${pullRequest}`)}`;
  const kind = task.subjectKind === 'issue' ? 'issue' : 'pull request';
  const about = isOnForge(subject)
    ? html`${kind} ${link(forgeAddress(forges, subject, { number: subject.number }), `#${subject.number}`)}`
    : 'without an issue';
  return html`<p class="about">
    <a href="${repositoryAddress(subject)}">${subject.repository}</a> · ${about}${pull} · ${kindOf(task)} · asked by
    ${task.requestedBy.login}
  </p>`;
}

export function taskFacts(forges: readonly Forge[], task: Task, agent: Agent | null): Html {
  const { subject, branch, headSha, continues } = task;
  const facts: readonly (readonly [string, Html | string | number | null])[] = [
    ['Asked for', stampCell(task.createdAt)],
    ['Began', agent && stampCell(agent.spawnedAt)],
    ['Ended', agent?.endedAt ? stampCell(agent.endedAt) : null],
    ['Priority', task.priority],
    ['Gates', task.profile],
    ['Branch', branch && link(forgeAddress(forges, subject, { branch }), branch)],
    ['Commit', headSha && link(forgeAddress(forges, subject, { commit: headSha }), headSha.slice(0, 10))],
    ['Model', agent?.model ?? null],
    ['Worker', agent?.worker ?? null],
    ['Taken over', agent && agent.resumptions > 0 ? counted(agent.resumptions, 'time') : null],
    ['Request', html`<code>${task.origin.requestId}</code>`],
    ['Goes on from', continues && html`<a href="${taskAddress(continues)}">an earlier task</a>`],
    ['Told in addition', task.instruction],
  ];
  return html`<dl class="facts">
    ${facts.map(([name, value]) =>
      value === null || value === ''
        ? ''
        : html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
    )}
  </dl>`;
}

/** A link where the address is known, otherwise the words alone. */
export function link(address: string | null, words: string): Html {
  return address === null ? html`${words}` : html`<a href="${address}" rel="noreferrer">${words}</a>`;
}
