import type { GateResult, GateState } from '../domain/finding.ts';
import { isTerminal, type TaskState } from '../domain/task.ts';
import type { CheckWish, ReviewWish } from '../forge/forge.ts';
import { phrase, powerless } from './foreign-text.ts';
import { gatesSentence, gatesTable, gateWord } from './markdown.ts';
import { renderStatus, type Links } from './status-text.ts';
import type { TaskView } from './view.ts';

/** Enough of a log to see what went wrong; the forge cuts longer texts. */
const LOG_CHARACTERS = 30_000;

/**
 * What the checks on a task's head commit should say: one per gate, and one for the agent. Pure. Once the task is over
 * every check is settled, whatever happened.
 */
export function checksOf(view: TaskView, links: Links): CheckWish[] {
  const { task, agent } = view;
  if (!task.headSha) return [];
  const place = {
    repository: task.subject.repository,
    sha: task.headSha,
    externalId: task.id,
    knownId: null,
  };
  const gates = view.gates.map((gate) => ({
    ...place,
    detailsUrl: agent ? links.gate(agent.id, gate.gate) : null,
    ...gateCheck(gate, isTerminal(task.state)),
  }));
  if (task.purpose === 'gates') return gates;
  return [...gates, { ...place, detailsUrl: agent ? links.agent(agent.id) : null, ...agentCheck(view, links) }];
}

/**
 * What the gates found in a task's work, for a forge whose checks cannot show it at its lines. Pure; null while the gates
 * are at it, and where there is nothing to show.
 */
export function reviewOf(view: TaskView, links: Links): ReviewWish | null {
  const { task, agent, gates } = view;
  const findings = gates.flatMap((gate) => gate.findings);
  if (!agent || !isTerminal(task.state) || task.state === 'killed' || !task.headSha || !task.pullRequest || findings.length === 0)
    return null;
  const found = gates.filter((gate) => gate.findings.length > 0);
  const pages = found.map(({ gate, summary }) => `* [${gate}](${links.gate(agent.id, gate)}): ${phrase(summary)}`);
  return {
    repository: task.subject.repository,
    number: task.pullRequest,
    sha: task.headSha,
    key: `findings:${task.headSha}`,
    body: [`### Gates: ${gatesSentence(gates)}`, pages.join('\n')].join('\n\n'),
    findings,
  };
}

type CheckText = Pick<CheckWish, 'name' | 'status' | 'conclusion' | 'title' | 'summary' | 'text' | 'annotations'>;

const CONCLUSIONS: Readonly<Record<Exclude<GateState, 'queued' | 'running'>, NonNullable<CheckWish['conclusion']>>> = {
  passed: 'success',
  failed: 'failure',
  'not-found': 'neutral',
  'timed-out': 'timed-out',
  error: 'failure',
  cancelled: 'cancelled',
};

function gateCheck(gate: GateResult, over: boolean): CheckText {
  const name = `signalbox/${gate.gate}`;
  const base = { name, title: gate.summary || gateWord(gate.state), text: null, annotations: [] };
  if (gate.state === 'queued' || gate.state === 'running') {
    if (over)
      return {
        ...base,
        status: 'completed',
        conclusion: 'cancelled',
        title: 'Not run',
        summary: 'The run ended before this gate was judged.',
      };
    const status = gate.state === 'queued' ? 'queued' : 'in-progress';
    return { ...base, status, conclusion: null, summary: gate.command ? `Runs ${code(gate.command)}.` : 'Waiting for its turn.' };
  }
  const ran = gate.command ? `Ran ${code(gate.command)}.` : 'Nothing was run.';
  return {
    ...base,
    status: 'completed',
    conclusion: CONCLUSIONS[gate.state],
    summary: gate.summary === '' ? ran : `${phrase(gate.summary)}\n\n${ran}`,
    text: gate.log === '' ? null : fenced(gate.log.slice(-LOG_CHARACTERS)),
    annotations: gate.findings,
  };
}

function agentCheck(view: TaskView, links: Links): CheckText {
  const { task } = view;
  const base = { name: 'signalbox/agent', summary: renderStatus(view, links), text: null, annotations: [] };
  if (!isTerminal(task.state)) return { ...base, status: 'in-progress', conclusion: null, title: 'At work' };
  const conclusion = ({ completed: 'success', failed: 'failure', killed: 'cancelled' } as const)[
    task.state as Extract<TaskState, 'completed' | 'failed' | 'killed'>
  ];
  return { ...base, status: 'completed', conclusion, title: task.outcome?.message.slice(0, 120) ?? task.state };
}

/** The pull request’s text: what the agent says it did, and how it was judged. */
export function renderPullRequest(wish: {
  closes: number | null;
  summary: string;
  gates: readonly GateResult[];
  requestedBy: string;
  transcript: string;
}): string {
  return [
    ...(wish.closes === null ? [] : [`Closes #${wish.closes}`]),
    powerless(wish.summary),
    `### Gates: ${gatesSentence(wish.gates)}`,
    wish.gates.length > 0 ? gatesTable(wish.gates) : 'No gate judged this.',
    `<sub>Made by an agent of Signalbox, asked for by \`${wish.requestedBy}\`. [Transcript](${wish.transcript}). Request changes in a review, or comment \`/agent run\`, and it goes on with this branch.</sub>`,
  ].join('\n\n');
}

function code(line: string): string {
  return `\`${line.replaceAll('`', '´')}\``;
}

/** A fence longer than any in the text. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}
