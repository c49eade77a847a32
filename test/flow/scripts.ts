import type { ScriptedCall, ScriptedTurn } from '../support/model/script.ts';

/** Turns that the stories are put together from. */

export function bash(command: string): ScriptedCall {
  return { name: 'bash', input: { command } };
}

export function replace(path: string, old: string, fresh: string): ScriptedCall {
  return { name: 'str_replace_based_edit_tool', input: { command: 'str_replace', path, old_str: old, new_str: fresh } };
}

export function create(path: string, text: string): ScriptedCall {
  return { name: 'str_replace_based_edit_tool', input: { command: 'create', path, file_text: text } };
}

export function submit(title: string, summary = 'What was asked for.'): ScriptedTurn {
  return { tools: [{ name: 'submit', input: { title, summary } }], usage: { input: 300, output: 100 } };
}

export function turn(...tools: readonly ScriptedCall[]): ScriptedTurn {
  return { tools, usage: { input: 500, output: 50 } };
}

/** Mends the fault in the demo's project. */
export const MEND: readonly ScriptedTurn[] = [
  turn(replace('src/duration.js', 'Math.round(seconds / 60)', 'Math.floor(seconds / 60)')),
  submit('Cut minutes off instead of rounding them'),
];

/** Changes the project and leaves its fault as it is, so that the tests stay red. */
export const MISS: readonly ScriptedTurn[] = [
  turn(replace('README.md', 'Turns seconds into words.', 'Turns seconds into words, nearly always.')),
  submit('Say that it is not always right'),
];
