import { isGreen } from '../src/domain/finding.ts';
import type { Finding, GateResult } from '../src/domain/finding.ts';

/** About what a model reads well in one go. */
const MAX_CHARS = 12_000;
const MAX_LOG_CHARS = 3000;
const MAX_MESSAGE_CHARS = 600;

/**
 * What the agent is told about its gates: which are not green and why, their findings by file, and the end of the log
 * where findings do not say enough. At most about 12,000 characters, shared fairly between the gates. Empty when every
 * gate that ran is green.
 */
export function findingsForAgent(results: readonly GateResult[]): string {
  const open = results.filter((result) => !isGreen(result) && result.state !== 'not-found' && result.state !== 'cancelled');
  if (open.length === 0) return '';
  const green = results.filter(isGreen).map((result) => result.gate);
  const head = [
    `These gates are not green: ${open.map((result) => `${result.gate} (${result.state})`).join(', ')}.`,
    green.length === 0 ? '' : `Green: ${green.join(', ')}.`,
    'Fix the cause in the code. The configuration of the gates is read from the base branch, so changing it has no effect.',
  ];
  const share = Math.floor((MAX_CHARS - 500) / open.length);
  return [head.filter(Boolean).join('\n'), ...open.map((result) => section(result, share))].join('\n\n');
}

function section(result: GateResult, share: number): string {
  const head = [`## ${result.gate}: ${result.summary}`, result.command === null ? '' : `Command: ${result.command.slice(0, 500)}`]
    .filter(Boolean)
    .join('\n');
  const speaks = result.findings.some((finding) => finding.severity === 'error');
  const logRoom = result.log === '' ? 0 : Math.min(speaks ? MAX_LOG_CHARS / 3 : MAX_LOG_CHARS, Math.floor(share / 2));
  const list = listing(result.findings, share - head.length - logRoom);
  const log = logRoom === 0 ? '' : `End of the output:\n${indent(result.log.slice(-logRoom))}`;
  return [head, list, log].filter(Boolean).join('\n');
}

/** Errors first, grouped by file, as many as there is room for. */
function listing(findings: readonly Finding[], room: number): string {
  const rank = { error: 0, warning: 1, notice: 2 };
  const ordered = findings.toSorted((a, b) => rank[a.severity] - rank[b.severity]);
  const groups = Object.entries(Object.groupBy(ordered, (finding) => finding.path ?? '(the repository)'));
  const lines: string[] = [];
  let used = 0;
  let left = findings.length;
  for (const [path, group] of groups) {
    for (const [index, finding] of (group ?? []).entries()) {
      const text = `${index === 0 ? `${path}\n` : ''}${row(finding)}`;
      if (used + text.length > room) return [...lines, `… and ${left} more`].join('\n');
      lines.push(text);
      used += text.length + 1;
      left -= 1;
    }
  }
  return lines.join('\n');
}

function row(finding: Finding): string {
  const place = finding.line === null ? '' : `line ${finding.line}${finding.endLine === null ? '' : `-${finding.endLine}`}: `;
  const rule = finding.rule === null ? '' : ` [${finding.rule}]`;
  const message = finding.message.length > MAX_MESSAGE_CHARS ? `${finding.message.slice(0, MAX_MESSAGE_CHARS)}…` : finding.message;
  return indent(`${place}${finding.severity}${rule}: ${message}`);
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}
