import type { BotIdentity, CheckWish } from '../forge.ts';
import { Status } from './answers.ts';
import type { Api, GiteaClient } from './client.ts';
import { meaning404 } from './errors.ts';
import { everyPage } from './pages.ts';
import { isOfRun, isSettled, sameAs, toPosting, type Posting } from './statuses.ts';

/** What a commit has of statuses, newest first, is read no further: pages of fifty. */
const MAX_PAGES = 20;

interface Checks {
  readonly api: Api;
  readonly wish: CheckWish;
  readonly botId: number;
  readonly posting: Posting;
}

/**
 * Gitea's statuses are only ever added, and it shows the newest of a name. A check is all of a name that carry its
 * `externalId`; its id is that of the first of them.
 */
export async function ensureCheck(
  client: GiteaClient,
  identity: () => Promise<BotIdentity>,
  page: string,
  wish: CheckWish,
): Promise<{ id: number }> {
  const me = await identity();
  const posting = toPosting(wish, page);
  return client.on(wish.repository, `report the check ${wish.name}`, (api) =>
    meaning404(
      () => ensure({ api, wish, botId: me.id, posting }),
      () => api.get(`/git/commits/${wish.sha}`),
    ),
  );
}

async function ensure(checks: Checks): Promise<{ id: number }> {
  const named = await ours(checks);
  const run = named.filter((status) => isOfRun(status, checks.wish.externalId));
  const first = run.at(-1);
  if (first !== undefined && isSaid(named, run, checks.posting)) return { id: first.id };
  const added = await add(checks, checks.posting);
  if (!isSettled(added)) await settleAgain(checks);
  return { id: first?.id ?? added.id };
}

/** Also where it is settled, and where another run followed, which is the one that people are to see. */
function isSaid(named: readonly Status[], run: readonly Status[], posting: Posting): boolean {
  const [newest] = named;
  return run.some(isSettled) || newest === undefined || newest !== run[0] || sameAs(newest, posting);
}

/** Somebody may have settled it between our look and our word; then that is said once more. */
async function settleAgain(checks: Checks): Promise<void> {
  const settled = (await ours(checks)).find((status) => isOfRun(status, checks.wish.externalId) && isSettled(status));
  if (settled === undefined) return;
  const { status: state, description, target_url, context } = settled;
  await add(checks, { state, description, target_url, context });
}

async function add({ api, wish }: Checks, posting: Posting): Promise<Status> {
  return Status.parse((await api.post(`/statuses/${wish.sha}`, posting)).data);
}

/**
 * Of this name and by us, newest first: what other programs of the repository write proves nothing. The order that Gitea
 * calls `leastindex` begins with the highest.
 */
async function ours({ api, wish, botId, posting }: Checks): Promise<Status[]> {
  const all = Status.array().parse(await everyPage(api, `/statuses/${wish.sha}`, { sort: 'leastindex' }, MAX_PAGES));
  return all.filter((status) => status.context === posting.context && status.creator?.id === botId).sort((a, b) => b.id - a.id);
}
