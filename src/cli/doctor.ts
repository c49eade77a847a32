import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { readConfig, type Config } from '../config.ts';
import { messageOf, SignalboxError } from '../errors.ts';
import { runProbe, type Health, type Probe } from '../health.ts';

const run = promisify(execFile);
const OLDEST_NODE = 24;
const OLDEST_GIT = [2, 38] as const;

/** Looks at everything that Signalbox needs here, says what is missing and how to get it; exit code 1 when something is. */
export async function doctor(probesOf: (config: Config) => readonly Probe[], { json = false }: { json?: boolean }): Promise<void> {
  const found: Health[] = [];
  for await (const health of look(probesOf)) {
    found.push(health);
    if (!json) print(health);
    if (!health.ok) process.exitCode = 1;
  }
  if (json) console.log(JSON.stringify({ checks: found }, null, 2));
}

async function* look(probesOf: (config: Config) => readonly Probe[]): AsyncGenerator<Health> {
  const { config, ...settings } = readSettings();
  yield { name: 'settings', ...settings };
  if (config) for (const probe of [nodeProbe, gitProbe, ...probesOf(config)]) yield await runProbe(probe);
}

function readSettings(): { config: Config | null; ok: boolean; detail: string } {
  try {
    return { config: readConfig(), ok: true, detail: 'can be read' };
  } catch (error) {
    if (!(error instanceof SignalboxError)) throw error;
    return { config: null, ok: false, detail: `${error.message}\n  ${error.nextStep}` };
  }
}

const nodeProbe: Probe = {
  name: 'node',
  async check() {
    const version = process.versions.node;
    const ok = Number(version.split('.')[0]) >= OLDEST_NODE;
    return {
      ok,
      detail: ok ? version : `${version} is too old: run it through npm (\`npm start\`), which brings Node ${OLDEST_NODE} along`,
    };
  },
};

const gitProbe: Probe = {
  name: 'git',
  async check() {
    const { stdout } = await run('git', ['--version']).catch((error: unknown) => ({ stdout: messageOf(error) }));
    const [, major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(stdout) ?? []).map(Number);
    const ok = major > OLDEST_GIT[0] || (major === OLDEST_GIT[0] && minor >= OLDEST_GIT[1]);
    const wanted = `git ${OLDEST_GIT.join('.')} or newer is needed: install it (apt-get install git, brew install git)`;
    return { ok, detail: ok ? stdout.trim() : `${wanted}. Found: ${stdout.trim()}` };
  },
};

function print({ name, ok, detail }: Health): void {
  console.log(`${ok ? '✔' : '✖'} ${name.padEnd(10)} ${detail}`);
}
