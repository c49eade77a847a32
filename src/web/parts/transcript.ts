import { html } from 'hono/html';
import { span } from '../words.ts';
import type { Answer, Call, Said, StoryPart } from '../../report/transcript-story.ts';
import type { Html } from './html.ts';
import { inputBody, inputLine } from './tool-input.ts';

const NAMES: Readonly<Record<Said['kind'], string>> = {
  rules: 'The rules that it was given',
  task: 'The task as it was told',
  agent: 'Agent',
  note: 'Signalbox',
};
/** The names that models know are long. */
const TOOL_NAMES: ReadonlyMap<string, string> = new Map([['str_replace_based_edit_tool', 'edit']]);

/**
 * A transcript, with the tool calls folded. Every part has an id that stays, so that the script can add what is new without
 * closing what somebody has opened.
 */
export function transcript(parts: readonly StoryPart[], { next, isOver }: { readonly next: number; readonly isOver: boolean }): Html {
  const counts = new Map<number, number>();
  return html`<ol class="transcript" id="transcript" data-grows data-next="${next}">
    ${parts.map((part) => {
      const place = counts.get(part.step) ?? 0;
      counts.set(part.step, place + 1);
      return item(part, `step-${part.step}-${place}`, isOver);
    })}
  </ol>`;
}

function item(part: StoryPart, id: string, isOver: boolean): Html {
  if (part.kind === 'call' || part.kind === 'answer')
    return html`<li id="${id}" class="call ${part.answer?.isError ? 'failed' : ''}">${call(part, isOver)}</li>`;
  const words = html`<pre class="words">${part.text}</pre>`;
  if (part.kind === 'rules' || part.kind === 'task')
    return html`<li id="${id}" class="${part.kind}">
      <details>
        <summary>${NAMES[part.kind]}</summary>
        ${words}
      </details>
    </li>`;
  return html`<li id="${id}" class="${part.kind}">
    <h3>${NAMES[part.kind]}</h3>
    ${words}
  </li>`;
}

function call(part: Call | Answer, isOver: boolean): Html {
  const { tool, answer } = part;
  const asked = part.kind === 'call' ? { line: inputLine(part.input), body: inputBody(part.input) } : null;
  return html`<details>
    <summary>
      <span class="tool">${TOOL_NAMES.get(tool) ?? tool}</span> <code>${asked?.line ?? ''}</code> ${resultOf(answer, isOver)}
    </summary>
    ${asked?.body ?? ''}
    ${answer ? html`<pre class="answer" tabindex="0" role="group" aria-label="Answer">${answer.text === '' ? '(nothing)' : answer.text}</pre>` : ''}
  </details>`;
}

/** The last call of an agent that is over has no answer: it was handed in, or cut off. */
function resultOf(answer: Call['answer'], isOver: boolean): Html {
  if (!answer) return isOver ? html`` : html`<span class="result under-way">under way</span>`;
  const time = answer.durationMs === null ? '' : ` ${span(answer.durationMs)}`;
  return html`<span class="result">${answer.isError ? 'failed' : 'done'}${time}</span>`;
}
