import { resolveCommit, type Commit } from '../../forge/git/read.ts';
import { emit } from '../webhooks/emit.ts';
import type { Hub } from '../server/hub.ts';
import { ApiError, notFound } from '../../forge/server/errors.ts';
import { MAX_ANNOTATIONS_PER_REQUEST } from '../server/limits.ts';
import type { Account, Repository } from '../../forge/server/model.ts';
import type { Annotation, CheckAction, CheckRun, CheckSuite } from '../server/model.ts';
import { checkRunEventView, checkSuiteEventView, endedCheckRunEventView } from '../views/check.ts';
import { pullsOf } from '../../forge/behaviour/pulls.ts';

export interface CheckRunFields {
  name?: string;
  externalId?: string;
  detailsUrl?: string;
  status?: CheckRun['status'];
  conclusion?: string;
  startedAt?: string;
  completedAt?: string;
  output?: { title?: string; summary: string; text?: string; annotations: Annotation[] };
  actions?: CheckAction[];
}

export function findCheckRun(hub: Hub, repository: Repository, id: number): CheckRun {
  const run = hub.checksOf(repository).runs.find((one) => one.id === id);
  if (!run) throw notFound();
  return run;
}

export async function createCheckRun(
  hub: Hub,
  repository: Repository,
  name: string,
  sha: string,
  fields: CheckRunFields,
): Promise<CheckRun> {
  if (!/^[0-9a-f]{40}$/.test(sha) || !(await resolveCommit(repository.gitDir, sha))) {
    throw new ApiError(422, `No commit found for SHA: ${sha}`);
  }
  assertFew(fields);
  const run: CheckRun = {
    id: hub.nextId(),
    suite: suiteFor(hub, repository, sha),
    name,
    headSha: sha,
    externalId: '',
    detailsUrl: `${hub.urls.base}/apps/${hub.app.slug}/home`,
    status: 'queued',
    conclusion: null,
    startedAt: hub.timestamp(),
    completedAt: null,
    title: null,
    summary: null,
    text: null,
    annotations: [],
    actions: [],
  };
  apply(hub, run, fields);
  hub.checksOf(repository).runs.push(run);
  emitRun(hub, repository, run, 'created', hub.app.bot);
  if (run.status === 'completed') emitRun(hub, repository, run, 'completed', hub.app.bot);
  return run;
}

export function updateCheckRun(hub: Hub, repository: Repository, run: CheckRun, fields: CheckRunFields): void {
  assertFew(fields);
  const before = run.status;
  apply(hub, run, fields);
  if (before !== 'completed' && run.status === 'completed') emitRun(hub, repository, run, 'completed', hub.app.bot);
}

function assertFew(fields: CheckRunFields): void {
  const count = fields.output?.annotations.length ?? 0;
  if (count <= MAX_ANNOTATIONS_PER_REQUEST) return;
  throw new ApiError(422, `Invalid request.\n\nNo more than ${MAX_ANNOTATIONS_PER_REQUEST} items are allowed; ${count} were supplied.`);
}

function apply(hub: Hub, run: CheckRun, fields: CheckRunFields): void {
  run.name = fields.name ?? run.name;
  run.externalId = fields.externalId ?? run.externalId;
  run.detailsUrl = fields.detailsUrl ?? run.detailsUrl;
  run.startedAt = fields.startedAt ?? run.startedAt;
  run.actions = fields.actions ?? run.actions;
  if (fields.output) {
    run.title = fields.output.title ?? run.title;
    run.summary = fields.output.summary;
    run.text = fields.output.text ?? run.text;
    // Annotations add up; everything else is written over.
    run.annotations.push(...fields.output.annotations);
  }
  applyStatus(hub, run, fields);
}

/** A conclusion completes the run, whatever its status said. */
function applyStatus(hub: Hub, run: CheckRun, fields: CheckRunFields): void {
  run.status = fields.conclusion ? 'completed' : (fields.status ?? run.status);
  if (run.status !== 'completed') {
    run.conclusion = null;
    run.completedAt = null;
    return;
  }
  run.conclusion = fields.conclusion ?? run.conclusion;
  if (run.conclusion === null) throw new ApiError(422, 'Invalid request.\n\n"conclusion" wasn\'t supplied.');
  run.completedAt = fields.completedAt ?? run.completedAt ?? hub.timestamp();
}

export function suiteFor(hub: Hub, repository: Repository, sha: string): CheckSuite {
  const { suites } = hub.checksOf(repository);
  const there = suites.find((suite) => suite.headSha === sha);
  if (there) return there;
  const headBranch = pullsOf(repository).find((pull) => pull.headSha === sha)?.headRef ?? null;
  const suite = { id: hub.nextId(), headSha: sha, headBranch, createdAt: hub.timestamp() };
  suites.push(suite);
  return suite;
}

/** Nothing is run again that has not ended. */
export function rerequest(hub: Hub, repository: Repository, run: CheckRun, sender: Account): void {
  if (run.status !== 'completed') throw new ApiError(422, 'This check run is not rerequestable');
  emit(hub, repository, 'check_run', sender, { action: 'rerequested', check_run: endedCheckRunEventView(hub, repository, run) });
}

export function emitRun(hub: Hub, repository: Repository, run: CheckRun, action: string, sender: Account, extra: object = {}): void {
  emit(hub, repository, 'check_run', sender, { action, check_run: checkRunEventView(hub, repository, run), ...extra });
}

export function emitSuite(hub: Hub, repository: Repository, suite: CheckSuite, head: Commit, action: string, sender: Account): void {
  emit(hub, repository, 'check_suite', sender, { action, check_suite: checkSuiteEventView(hub, repository, suite, head) });
}
