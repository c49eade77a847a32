import type { Finding } from '../../src/domain/finding.ts';
import { linesOf } from './clean.ts';
import { makeFinding } from './finding.ts';
import type { Parsed } from './parsed.ts';

const COMMAND = /^::(error|warning|notice)(?: ([^:]*(?::(?!:)[^:]*)*))?::(.*)$/;
const ESCAPES: Readonly<Record<string, string>> = { '%25': '%', '%0D': '', '%0A': '\n', '%3A': ':', '%2C': ',' };

/** Workflow commands, `::error file=…,line=…::message`, which oxlint, biome and others print on request. */
export function parseGithub(text: string, root: string): Parsed | null {
  const findings: Finding[] = [];
  for (const line of linesOf(text)) {
    const match = COMMAND.exec(line);
    if (match === null) continue;
    const [, severity, list = '', message = ''] = match;
    const settings = settingsOf(list);
    const path = settings.get('file') ?? null;
    findings.push(
      makeFinding(
        {
          severity: severity === 'error' || severity === 'warning' ? severity : 'notice',
          path,
          line: Number(settings.get('line')),
          endLine: Number(settings.get('endLine')),
          rule: settings.get('title') ?? null,
          message: withoutPlace(unescape(message), path),
        },
        root,
      ),
    );
  }
  return findings.length === 0 ? null : { findings, tests: null };
}

function settingsOf(list: string): Map<string, string> {
  return new Map(
    list.split(',').map((pair) => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at).trim(), unescape(pair.slice(at + 1))];
    }),
  );
}

function unescape(text: string): string {
  return text.replace(/%(25|0D|0A|3A|2C)/gi, (code) => ESCAPES[code.toUpperCase()] ?? code);
}

/** oxlint repeats the place in front of its message. */
function withoutPlace(message: string, path: string | null): string {
  if (path === null || !message.startsWith(`${path}:`)) return message;
  return message.slice(path.length).replace(/^:\d+:\d+: /, '');
}
