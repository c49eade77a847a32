import { html } from 'hono/html';
import type { Finding, GateResult } from '../domain/finding.ts';
import { gateWord, seconds } from '../report/markdown.ts';
import { agentsOf } from '../store/agents.ts';
import type { Db } from '../store/database.ts';
import { gatesOf } from '../store/gates.ts';
import { findTask } from '../store/tasks.ts';
import { isId, page } from './page.ts';

/**
 * What a gate says about a task's work: for forges whose statuses have room for one line. Whoever has the link, which nobody
 * can guess, may read it.
 */
export async function gatePage(db: Db, taskId: string, name: string): Promise<Response> {
  const task = isId(taskId) ? await findTask(db, taskId) : null;
  const gate = task ? (await gatesOf(db, task.id)).find((one) => one.gate === name) : undefined;
  if (!task || !gate) return page(404, 'No such gate', html`<p>No gate of that name has judged a task of that id here.</p>`);
  const agent = (await agentsOf(db, task.id)).at(-1);
  const title = `${gate.gate}: ${gateWord(gate.state)} · ${task.subject.repository}#${task.pullRequest ?? task.subject.number}`;
  return page(
    200,
    title,
    html`${factsOf(gate, task.headSha)}${findingsOf(gate.findings)}${logOf(gate)}${agent ? transcriptLink(agent.id) : ''}`,
  );
}

function factsOf({ summary, command, durationMs, required }: GateResult, sha: string | null) {
  const facts = [
    ...(command === null ? [] : [`ran ${command}`]),
    ...(durationMs > 0 ? [seconds(durationMs)] : []),
    ...(sha === null ? [] : [`commit ${sha.slice(0, 12)}`]),
    ...(required ? [] : ['not required']),
  ];
  return html`<p>${summary}</p>
    <p class="state">${facts.join(' · ')}</p>`;
}

function findingsOf(findings: readonly Finding[]) {
  if (findings.length === 0) return html`<p>It found nothing to say about a single place.</p>`;
  return html`<table>
    <caption>
      ${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}
    </caption>
    <thead>
      <tr>
        <th scope="col">place</th>
        <th scope="col">what</th>
      </tr>
    </thead>
    <tbody>
      ${findings.map(rowOf)}
    </tbody>
  </table>`;
}

function rowOf({ severity, path, line, rule, message }: Finding) {
  const place = path === null ? 'the repository' : line === null ? path : `${path}:${line}`;
  return html`<tr>
    <td><code>${place}</code></td>
    <td>${severity}${rule === null ? '' : html` <code>${rule}</code>`}: ${message}</td>
  </tr>`;
}

function logOf({ log }: GateResult) {
  if (log === '') return '';
  return html`<details open>
    <summary>The end of its log</summary>
    <pre>${log}</pre>
  </details>`;
}

function transcriptLink(agentId: string) {
  return html`<p><a href="/agents/${agentId}">The agent’s transcript</a></p>`;
}
