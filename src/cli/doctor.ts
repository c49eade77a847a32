import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createSandboxes } from '../compose.ts';
import { readConfig, type Config } from '../config.ts';
import { messageOf, SignalboxError } from '../errors.ts';
import { createForges } from '../forge/index.ts';
import { runProbe, type Probe } from '../http/health.ts';
import { createLog } from '../log.ts';
import { createModel } from '../model/index.ts';
import { openDatabase } from '../store/database.ts';

const run = promisify(execFile);
const OLDEST_NODE = 24;
const OLDEST_GIT = [2, 38] as const;

/** Looks at everything that Signalbox needs here, says what is missing and how to get it; exit code 1 when something is. */
export async function doctor(): Promise<void> {
  let config: Config;
  try {
    config = readConfig();
    print({ name: 'settings', ok: true, detail: 'can be read' });
  } catch (error) {
    if (!(error instanceof SignalboxError)) throw error;
    print({ name: 'settings', ok: false, detail: `${error.message}\n  ${error.nextStep}` });
    process.exitCode = 1;
    return;
  }
  for (const probe of probesOf(config)) {
    const state = await runProbe(probe);
    print(state);
    if (!state.ok) process.exitCode = 1;
  }
}

function probesOf(config: Config): Probe[] {
  const log = createLog('silent');
  const forges = createForges(config, log);
  return [
    { name: 'node', check: async () => nodeState(process.versions.node) },
    { name: 'git', check: gitState },
    { name: 'database', check: () => databaseState(config) },
    { name: 'sandbox', check: () => createSandboxes(config, 'doctor').check() },
    { name: 'model', check: () => modelState(config) },
    ...forges.map((forge): Probe => ({ name: forge.name, check: () => forge.check() })),
    ...(forges.length === 0 ? [{ name: 'github', check: async () => noForge() }] : []),
  ];
}

function nodeState(version: string) {
  const ok = Number(version.split('.')[0]) >= OLDEST_NODE;
  return { ok, detail: ok ? version : `${version} is too old: run it through npm (\`npm start\`), which brings Node ${OLDEST_NODE} along` };
}

async function gitState() {
  const { stdout } = await run('git', ['--version']).catch((error: unknown) => ({ stdout: messageOf(error) }));
  const [, major, minor] = /(\d+)\.(\d+)/.exec(stdout) ?? [];
  const ok = Number(major) > OLDEST_GIT[0] || (Number(major) === OLDEST_GIT[0] && Number(minor) >= OLDEST_GIT[1]);
  return { ok, detail: ok ? stdout.trim() : `git ${OLDEST_GIT.join('.')} or newer is needed: install it (apt-get install git, brew install git). Found: ${stdout.trim()}` };
}

async function databaseState(config: Config) {
  if (!config.databaseUrl) return { ok: true, detail: `embedded, under ${config.dataDir}` };
  await using database = await openDatabase(config.databaseUrl);
  await database.check();
  return { ok: true, detail: 'the PostgreSQL of DATABASE_URL answers' };
}

async function modelState(config: Config) {
  if (!config.model.apiKey) return { ok: false, detail: 'no key: set CLAUDE_API_KEY (made at console.anthropic.com)' };
  return createModel({ ...config.model, apiKey: config.model.apiKey, baseUrl: config.model.baseUrl ?? undefined }).check();
}

function noForge() {
  return { ok: false, detail: 'no GitHub App: make one from app.yml (README, “A GitHub App”), then set APP_ID, PRIVATE_KEY_PATH and WEBHOOK_SECRET' };
}

function print({ name, ok, detail }: { name: string; ok: boolean; detail: string }): void {
  console.log(`${ok ? '✔' : '✖'} ${name.padEnd(10)} ${detail}`);
}
