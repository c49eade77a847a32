import { z } from 'zod';
import type { Finding } from '../../src/domain/finding.ts';
import { cleanText } from './clean.ts';
import { makeFinding } from './finding.ts';
import { parseJson } from './json.ts';
import type { Parsed } from './parsed.ts';
import { parsePathLine } from './path-line.ts';

const GoEvent = z.object({
  Action: z.string(),
  Package: z.string().optional(),
  Test: z.string().optional(),
  Output: z.string().optional(),
});
type GoEvent = z.infer<typeof GoEvent>;

interface State {
  /** Module path → its folder, from `go list -m`, which our own command prints first. */
  readonly modules: Map<string, string>;
  readonly outputs: Map<string, string>;
  readonly ended: Map<string, { action: string; event: GoEvent }>;
  build: string;
}

/** `go test -json`, with lines of `go list -m -f '{{.Path}} {{.Dir}}'` before it where a package's folder is wanted. */
export function parseGoTest(text: string, root: string): Parsed | null {
  const state: State = { modules: new Map(), outputs: new Map(), ended: new Map(), build: '' };
  let events = 0;
  for (const line of text.split('\n')) {
    const event = line.startsWith('{') ? parseJson(line, GoEvent) : null;
    if (event !== null) events += 1;
    if (event === null) readPlainLine(line, state);
    else readEvent(event, state);
  }
  return events === 0 ? null : summarise(state, root);
}

function readPlainLine(line: string, state: State): void {
  const module = /^(\S+) (\/\S.*)$/.exec(line);
  if (module === null) state.build += `${line}\n`;
  else state.modules.set(module[1] ?? '', module[2] ?? '');
}

function readEvent(event: GoEvent, state: State): void {
  if (event.Action === 'build-output') state.build += event.Output ?? '';
  const key = `${event.Package ?? ''} ${event.Test ?? ''}`;
  if (event.Action === 'output') state.outputs.set(key, ((state.outputs.get(key) ?? '') + (event.Output ?? '')).slice(0, 16_384));
  if (['pass', 'fail', 'skip'].includes(event.Action)) state.ended.set(key, { action: event.Action, event });
}

function summarise(state: State, root: string): Parsed {
  const findings: Finding[] = [...(parsePathLine(state.build, root)?.findings ?? [])];
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const [key, { action, event }] of state.ended) {
    if (event.Test === undefined) continue;
    if (action === 'pass') counts.passed += 1;
    if (action === 'skip') counts.skipped += 1;
    if (action !== 'fail') continue;
    counts.failed += 1;
    if (!hasFailedChild(key, state)) findings.push(testFinding(event, state.outputs.get(key) ?? '', state, root));
  }
  // A package that fails without a failed test: it did not build, panicked, or its TestMain ended it.
  for (const [key, { action, event }] of state.ended) {
    if (event.Test !== undefined || action !== 'fail' || hasFailedChild(key, state)) continue;
    counts.failed += 1;
    findings.push(makeFinding({ rule: event.Package, message: state.outputs.get(key) || `${event.Package} failed` }, root));
  }
  return { findings, tests: counts };
}

/** A test fails with its subtests, a package with its tests: only the innermost has something to say. */
function hasFailedChild(key: string, state: State): boolean {
  for (const [other, { action }] of state.ended) {
    if (action !== 'fail' || other === key) continue;
    if (other.startsWith(key.endsWith(' ') ? key : `${key}/`)) return true;
  }
  return false;
}

function testFinding(event: GoEvent, output: string, state: State, root: string): Finding {
  const place = /^\s*([^\s:]+\.go):(\d+):/m.exec(output);
  const folder = packageFolder(event.Package ?? '', state.modules);
  const file = place?.[1];
  const path = file === undefined || folder === null ? null : file.includes('/') ? file : `${folder}/${file}`;
  const message = cleanText(output)
    .split('\n')
    .filter((line) => !/^\s*(=== |--- )/.test(line))
    .join('\n');
  return makeFinding({ path, line: Number(place?.[2]), rule: event.Test, message: message.trim() === '' ? 'failed' : message }, root);
}

function packageFolder(name: string, modules: ReadonlyMap<string, string>): string | null {
  for (const [path, folder] of modules) {
    if (name === path) return folder;
    if (name.startsWith(`${path}/`)) return `${folder}${name.slice(path.length)}`;
  }
  return null;
}
