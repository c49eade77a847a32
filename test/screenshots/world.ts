import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '../../src/log.ts';
import { openDatabase, type Database } from '../../src/store/database.ts';
import { startEmbeddedPostgres } from '../../src/store/embedded/index.ts';
import { PROJECT } from '../demo/project.ts';
import { startGithub, type Github } from '../support/github/github.ts';
import { startScriptedModel } from '../support/model/scripted-model.ts';
import type { Script } from '../support/model/script.ts';
import { startSignalbox } from '../support/signalbox.ts';
import { PAST_TITLES, REPOSITORIES } from './issues.ts';
import { writePast, type PastIssue } from './past.ts';
import { STOREFRONT } from './storefront.ts';

/** A Signalbox that looks as if three repositories had used it for a month. */
export interface World extends AsyncDisposable {
  readonly signalbox: { readonly url: string };
  readonly dataDir: string;
  readonly database: Database;
  readonly github: Github;
}

export const PEOPLE = ['ada', 'grace', 'edsger'] as const;
const API_KEY = 'key-of-the-stand-in-model';
const SETTINGS = {
  SANDBOX_ENABLED: 'false',
  MAX_CONCURRENT_AGENTS: '3',
  ORCHESTRATOR_QUEUE_CONCURRENCY: '3',
  MAX_AGENTS_PER_REPOSITORY: '2',
};
const SEED = 8;

export async function openWorld(script: Script): Promise<World> {
  await using stack = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), 'signalbox-screenshots-'));
  stack.defer(() => rm(dataDir, { recursive: true, force: true, maxRetries: 10 }));
  await chmod(dataDir, 0o711);
  const github = stack.use(await startGithub());
  await rememberMonth(dataDir, await populate(github));
  const model = stack.use(await startScriptedModel({ apiKey: API_KEY, script }));
  const instance = stack.use(await startSignalbox({ github, model: { url: model.url, apiKey: API_KEY }, dataDir, settings: SETTINGS }));
  const parts = stack.move();
  return {
    signalbox: { url: instance.url! },
    dataDir,
    database: instance.database,
    github,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

/** Every repository with the issues of its past. */
async function populate(github: Github): Promise<PastIssue[]> {
  for (const person of PEOPLE) github.addUser(person);
  const collaborators = Object.fromEntries(PEOPLE.map((person) => [person, 'write' as const]));
  const issues: PastIssue[] = [];
  for (const repository of REPOSITORIES) {
    await github.addRepository(repository, { files: repository === 'acme/duration' ? PROJECT : STOREFRONT, collaborators });
    for (const title of PAST_TITLES[repository]!) {
      const { number } = await github.as('ada').openIssue(repository, { title });
      issues.push({ repository, number, title });
    }
  }
  return shuffled(issues);
}

/** The repositories take turns, as their people do. */
function shuffled(issues: readonly PastIssue[]): PastIssue[] {
  const counts = Object.fromEntries(REPOSITORIES.map((repository) => [repository, PAST_TITLES[repository]!.length]));
  const placeOf = ({ repository, number }: PastIssue) => number / (counts[repository]! + 1);
  return issues.toSorted((a, b) => placeOf(a) - placeOf(b));
}

async function rememberMonth(dataDir: string, issues: readonly PastIssue[]): Promise<void> {
  await using postgres = await startEmbeddedPostgres({ dataDir, log: createLog('silent') });
  await using database = await openDatabase(postgres.url);
  await writePast(database, issues, SEED);
}
