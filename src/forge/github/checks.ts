import { cutLine, cutMarkdown, MAX_TITLE } from '../cut.ts';
import type { CheckWish } from '../forge.ts';
import { inBatches, toAnnotations, type Annotation } from './annotations.ts';
import { CheckRun, Identified } from './answers.ts';
import type { Where } from '../where.ts';
import type { GithubClient, Octokit } from './client.ts';
import { isGone } from './errors.ts';
import { MAX_CHECK_TEXT } from './limits.ts';

interface Checks {
  readonly octokit: Octokit;
  readonly where: Where;
  readonly appId: number;
}

/** One update of a check run: what it shows, and the annotations to add to those that it has. */
interface Step {
  readonly annotations: readonly Annotation[];
  readonly isLast: boolean;
}

/**
 * GitHub adds annotations and takes none away, so an update that is repeated must leave out those that are there: a check
 * run is completed by the request that carries the last of them, and `annotations_count` tells where a crash cut off.
 */
export async function ensureCheck(client: GithubClient, appId: number, wish: CheckWish): Promise<{ id: number }> {
  return client.on(wish.repository, `report the check ${wish.name}`, async (octokit, where) => {
    const checks = { octokit, where, appId };
    const there = (await known(checks, wish)) ?? (await ours(checks, wish))[0] ?? null;
    const annotations = toAnnotations(wish.annotations);
    if (there !== null) return continueFrom(checks, wish, there, annotations);
    const [first = [], ...rest] = inBatches(annotations);
    const created = await create(checks, wish, { annotations: first, isLast: rest.length === 0 });
    const older = await keepOne(checks, wish, created.id);
    if (older !== null) return continueFrom(checks, wish, older, annotations);
    return finish(checks, wish, created.id, rest);
  });
}

async function continueFrom(checks: Checks, wish: CheckWish, there: CheckRun, annotations: readonly Annotation[]): Promise<{ id: number }> {
  if (there.status === 'completed') return { id: there.id };
  return finish(checks, wish, there.id, inBatches(annotations.slice(there.output.annotations_count)));
}

async function finish(checks: Checks, wish: CheckWish, id: number, batches: readonly Annotation[][]): Promise<{ id: number }> {
  for (const [index, annotations] of batches.entries()) {
    await update(checks, wish, id, { annotations, isLast: index === batches.length - 1 });
  }
  return { id };
}

async function known({ octokit, where }: Checks, { knownId }: CheckWish): Promise<CheckRun | null> {
  if (knownId === null) return null;
  try {
    const { data } = await octokit.request('GET /repos/{owner}/{repo}/check-runs/{check_run_id}', { ...where, check_run_id: knownId });
    return CheckRun.parse(data);
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

/** Oldest first. A commit that GitHub does not have has no checks; creating one says so. */
async function ours({ octokit, where, appId }: Checks, { sha, name, externalId }: CheckWish): Promise<CheckRun[]> {
  const query = { ...where, ref: sha, check_name: name, app_id: appId, filter: 'all', per_page: 100 } as const;
  const runs = CheckRun.array().parse(await octokit.paginate('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', query));
  return runs.filter((run) => run.external_id === externalId).sort((a, b) => a.id - b.id);
}

async function create({ octokit, where }: Checks, wish: CheckWish, step: Step): Promise<{ id: number }> {
  const check = { ...where, ...content(wish, step), name: wish.name, head_sha: wish.sha, external_id: wish.externalId };
  return Identified.parse((await octokit.request('POST /repos/{owner}/{repo}/check-runs', check)).data);
}

/** Never repeated by octokit: see ensureCheck. */
async function update({ octokit, where }: Checks, wish: CheckWish, id: number, step: Step): Promise<void> {
  const check = { ...where, ...content(wish, step), check_run_id: id, request: { retries: 0 } };
  await octokit.request('PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}', check);
}

/** Two processes that created at once both see this; a check run cannot be deleted, so the newer one says that it is not the one. */
async function keepOne(checks: Checks, wish: CheckWish, createdId: number): Promise<CheckRun | null> {
  const [oldest] = await ours(checks, wish);
  if (oldest === undefined || oldest.id >= createdId) return null;
  await checks.octokit.request('PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}', {
    ...checks.where,
    check_run_id: createdId,
    external_id: `twin-of-${oldest.id}`,
    status: 'completed',
    conclusion: 'skipped',
    output: { title: 'Reported elsewhere', summary: `Another process reports this check as check run ${oldest.id}.` },
  });
  return oldest;
}

const CONCLUSIONS = {
  success: 'success',
  failure: 'failure',
  neutral: 'neutral',
  cancelled: 'cancelled',
  'timed-out': 'timed_out',
} as const;

function content(wish: CheckWish, { annotations, isLast }: Step) {
  const output = {
    title: cutLine(wish.title, MAX_TITLE),
    summary: cutMarkdown(wish.summary, MAX_CHECK_TEXT),
    ...(wish.text === null ? {} : { text: cutMarkdown(wish.text, MAX_CHECK_TEXT) }),
    ...(annotations.length === 0 ? {} : { annotations: [...annotations] }),
  };
  return { ...progress(wish, isLast), ...(wish.detailsUrl === null ? {} : { details_url: wish.detailsUrl }), output };
}

function progress({ status, conclusion }: CheckWish, isLast: boolean) {
  if (status !== 'completed') return { status: status === 'queued' ? ('queued' as const) : ('in_progress' as const) };
  return isLast ? { status: 'completed' as const, conclusion: CONCLUSIONS[conclusion ?? 'neutral'] } : { status: 'in_progress' as const };
}
