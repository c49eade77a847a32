import { mkdir, mkdtemp, chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { commonFolder } from '../support/common-folder.ts';
import { startGithub, type Github, type Person } from '../support/github/github.ts';
import { audit, type Finding } from './audit/audit.ts';
import type { Evidence } from './audit/evidence.ts';
import { Courier } from './courier.ts';
import { watchEngine } from './engine-log.ts';
import { collectFacts } from './facts.ts';
import { figures } from './figures.ts';
import { Look } from './look.ts';
import { startLoggedModel } from './model-log.ts';
import { Operator } from './operator.ts';
import type { ChaosOptions } from './options.ts';
import { PROJECT } from './project.ts';
import { logPushes, pushesTo } from './push-log.ts';
import { becomeQuiet } from './quiet.ts';
import { seeded } from './random.ts';
import { API_TOKEN, buildSite } from './site.ts';
import { makeStories, REPOSITORIES, type Story } from './stories.ts';
import { Storm } from './storm.ts';
import { tell, type TellParts, type Told } from './tell.ts';

export interface ChaosResult {
  readonly findings: readonly Finding[];
  readonly figures: readonly string[];
}

const API_KEY = 'key-of-the-stand-in-model';

/** Plays stories while things go wrong, waits until it is quiet, and looks whether everything is as promised. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  await using stack = new AsyncDisposableStack();
  const folder = await makeFolder(options, stack);
  const random = seeded(options.seed);
  const stories = makeStories(random.fork('stories'), options.rounds);
  const beats = options.docker ? null : join(folder, 'beats');
  if (beats) await mkdir(beats, { mode: 0o777 });
  const github = stack.use(await startGithub());
  const person = await populate(github);
  const logged = await startLoggedModel(stories, beats, API_KEY);
  const { model } = logged;
  stack.use(model);
  const engine = options.docker ? stack.use(watchEngine()) : { events: [] };
  const site = await buildSite({ options, folder, github, model: { url: model.url, apiKey: API_KEY }, random: random.fork('site') }, stack);
  const look = stack.use(new Look(site.sqlUrl));
  for (const member of site.members) member.start();
  const courier = stack.use(new Courier(github, `${site.url}/webhooks/github`, random.fork('courier')));

  const operator = new Operator({ url: site.url, token: API_TOKEN, look });
  const told: Told[] = [];
  const storm = new Storm({ options, site, github, look, operator, random: random.fork('storm') });
  const progress = setInterval(() => options.say(progressOf(told, stories, storm, courier)), 2_000);
  const over = AbortSignal.any([AbortSignal.timeout(options.minutes * 60_000), options.interrupted]);
  try {
    await tellAll({ github, person, look, operator, signal: over }, stories, told, options.agents);
  } finally {
    clearInterval(progress);
    await storm[Symbol.asyncDispose]();
  }
  options.interrupted.throwIfAborted();
  const quiet = await becomeQuiet({ options, site, look, courier });
  const pushes = new Map(
    await Promise.all(REPOSITORIES.map(async (name) => [name, await pushesTo(github.repository(name).gitDir)] as const)),
  );
  const evidence: Evidence = {
    facts: await collectFacts(look),
    told,
    github,
    courier,
    asked: logged.asked(),
    pushes,
    engine: engine.events,
    beats,
  };
  const findings: Finding[] = [
    ...quiet.restless.map((problem) => ({ check: 'everything comes to an end', problem })),
    ...quiet.left.map((problem) => ({ check: 'nothing is left', problem })),
    ...(await audit(evidence)),
  ];
  const numbers = await figures(evidence, site.members, storm.counts);
  for (const member of site.members) await member.stop();
  findings.push(
    ...site.members.flatMap(({ problems }) =>
      problems.map((problem) => ({ check: 'no process ends by itself, and all end when asked', problem })),
    ),
  );
  return {
    findings,
    figures: [
      ...numbers,
      `left for the reaper when the work was over: ${quiet.forReaper.length}${quiet.forReaper.length > 0 ? ` (${quiet.forReaper.slice(0, 5).join('; ')})` : ''}`,
    ],
  };
}

async function makeFolder({ keep, say }: ChaosOptions, stack: AsyncDisposableStack): Promise<string> {
  const folder = await mkdtemp(join(await commonFolder(), 'signalbox-chaos-'));
  // Where this runs as root, the database and the sandboxes do not, and have to get in.
  await chmod(folder, 0o711);
  if (keep) say(`logs: ${join(folder, 'logs')}`);
  else stack.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }));
  return folder;
}

async function populate(github: Github): Promise<Person> {
  const person = github.addUser('ada');
  github.addUser('bob');
  for (const name of REPOSITORIES) {
    const truth = await github.addRepository(name, { files: { ...PROJECT }, collaborators: { ada: 'write', bob: 'write' } });
    await logPushes(truth.gitDir);
  }
  return person;
}

async function tellAll(parts: TellParts, stories: readonly Story[], told: Told[], atOnce: number): Promise<void> {
  const left = [...stories];
  async function teller(): Promise<void> {
    for (let story = left.shift(); story && !parts.signal.aborted; story = left.shift()) await tell(parts, story, told);
  }
  await Promise.all(Array.from({ length: atOnce }, teller));
}

function progressOf(told: readonly Told[], stories: readonly Story[], storm: Storm, courier: Courier): string {
  const faults = [...storm.counts.values()].reduce((sum, one) => sum + one, 0);
  return `  ${new Date().toISOString().slice(11, 19)}  story ${told.length} of ${stories.length}, ${faults} faults, ${courier.parcels.length} webhooks (${courier.open} not answered yet)`;
}
