import { html } from 'hono/html';
import type { Finding, GateResult, GateState } from '../../domain/finding.ts';
import { gateWord } from '../../report/markdown.ts';
import { counted, percent, span } from '../words.ts';
import type { Html } from './html.ts';

const TONES: Readonly<Record<GateState, string>> = {
  queued: 'waiting',
  running: 'running',
  passed: 'completed',
  failed: 'failed',
  'not-found': 'killed',
  'timed-out': 'failed',
  error: 'failed',
  cancelled: 'killed',
};
const FINDINGS_SHOWN = 200;

/** Each gate with its findings and its log, folded unless it is red. `addressOf` is where a gate has a page of its own. */
export function gateList(gates: readonly GateResult[], addressOf: (gate: string) => string | null): Html {
  return html`<div class="gates">
    ${gates.map(
      (gate) =>
        html`<details id="gate-${gate.gate}" ${gate.state === 'failed' ? 'open' : ''}>
          <summary>
            ${gatePill(gate.state)}
            <strong>${gate.gate}</strong>
            <span class="said">${gate.summary}</span>
            <span class="result">${gate.durationMs > 0 ? span(gate.durationMs) : ''}</span>
          </summary>
          ${gateBody(gate, addressOf(gate.gate))}
        </details>`,
    )}
  </div>`;
}

export function gatePill(state: GateState): Html {
  return html`<span class="state ${toneOf(state)}">${gateWord(state)}</span>`;
}

/** The class that colours what is said of a gate. */
export function toneOf(state: GateState): string {
  return TONES[state];
}

export function gateBody(gate: GateResult, address: string | null): Html {
  const facts = [
    gate.required ? 'required' : 'not required: red does not make the pull request a draft',
    ...(gate.coverage === null ? [] : [`${percent(gate.coverage / 100)} of lines covered`]),
    ...(gate.findings.length > 0 ? [counted(gate.findings.length, 'finding')] : []),
  ];
  return html`<div class="gate-body">
    <p class="note">
      ${gate.command ? html`<code>${gate.command}</code> · ` : ''}${facts.join(' · ')}${address ? html` · <a href="${address}">link</a>` : ''}
    </p>
    ${
      gate.findings.length === 0
        ? ''
        : html`<ul class="findings">
            ${gate.findings.slice(0, FINDINGS_SHOWN).map(finding)}
          </ul>`
    }
    ${gate.findings.length > FINDINGS_SHOWN ? html`<p class="note">and ${gate.findings.length - FINDINGS_SHOWN} more</p>` : ''}
    ${gate.log === '' ? '' : logOf(gate, address !== null && gate.findings.length > 0)}
  </div>`;
}

/** Folded where the findings say already what matters. */
function logOf({ gate, log }: GateResult, folded: boolean): Html {
  const text = html`<pre class="log" tabindex="0" role="group" aria-label="Log of ${gate}">${log}</pre>`;
  return folded
    ? html`<details class="folded-log">
        <summary>Log</summary>
        ${text}
      </details>`
    : text;
}

function finding({ severity, path, line, rule, message }: Finding): Html {
  const place = path === null ? '' : `${path}${line === null ? '' : `:${line}`}`;
  return html`<li class="${severity}">
    <span class="severity">${severity}</span>
    <span>${place === '' ? '' : html`<code>${place}</code> `}${withoutStack(message)} ${rule ? html`<small>${rule}</small>` : ''}</span>
  </li>`;
}

/** The frames of a stack are in the log. */
function withoutStack(message: string): string {
  const frames = message.search(/\n\s+at \S/);
  return frames > 0 ? message.slice(0, frames).trimEnd() : message;
}
