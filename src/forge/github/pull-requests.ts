import type { Logger } from '../../log.ts';
import { cutLine, cutMarkdown, MAX_BODY, MAX_TITLE } from '../cut.ts';
import type { PullRequest, PullRequestWish } from '../forge.ts';
import type { Where } from '../where.ts';
import { Pull } from './answers.ts';
import type { GithubClient, Octokit } from './client.ts';
import { codeOf, statusOf } from './errors.ts';
import { isOfSameRepository, toPullRequest } from './pull-request-view.ts';

export async function pullRequestOf(client: GithubClient, repository: string, branch: string): Promise<PullRequest | null> {
  return client.on(repository, `look for the pull request of ${branch}`, async (octokit, where) => {
    const found = await find(octokit, where, branch);
    return found === null ? null : toPullRequest(found);
  });
}

export async function ensurePullRequest(
  client: GithubClient,
  log: Logger,
  request: PullRequestWish,
  signal?: AbortSignal,
): Promise<PullRequest> {
  const wish = { ...request, title: cutLine(request.title, MAX_TITLE), body: cutMarkdown(request.body, MAX_BODY) };
  return client.on(wish.repository, `open a pull request for ${wish.head}`, async (octokit, where) => {
    const there = await find(octokit, where, wish.head);
    if (there === null) signal?.throwIfAborted();
    const found = there ?? (await createOrFind(octokit, where, wish));
    if (signal?.aborted) return toPullRequest(found);
    const described = await describe(octokit, where, found, wish);
    return toPullRequest({ ...described, draft: await setDraft(octokit, log, described, wish.draft) });
  });
}

/** Branches of forks have another owner, so `head` cannot mean one of them. */
async function find(octokit: Octokit, where: Where, branch: string): Promise<Pull | null> {
  const query = { ...where, state: 'open', head: `${where.owner}:${branch}`, per_page: 100 } as const;
  const { data } = await octokit.request('GET /repos/{owner}/{repo}/pulls', query);
  const pulls = Pull.array().parse(data);
  return pulls.find((pull) => pull.head.ref === branch && isOfSameRepository(pull)) ?? null;
}

/** 422 is also the answer to whoever comes second, and to a draft where the repository's plan has none. */
async function createOrFind(octokit: Octokit, where: Where, wish: PullRequestWish): Promise<Pull> {
  try {
    return await create(octokit, where, wish, wish.draft);
  } catch (error) {
    if (statusOf(error) !== 422) throw error;
    const twin = await find(octokit, where, wish.head);
    if (twin !== null) return twin;
    if (!wish.draft) throw error;
    return create(octokit, where, wish, false);
  }
}

async function create(octokit: Octokit, where: Where, { title, body, head, base }: PullRequestWish, draft: boolean): Promise<Pull> {
  return Pull.parse((await octokit.request('POST /repos/{owner}/{repo}/pulls', { ...where, title, body, head, base, draft })).data);
}

async function describe(octokit: Octokit, where: Where, pull: Pull, { title, body }: PullRequestWish): Promise<Pull> {
  if (pull.title === title && pull.body === body) return pull;
  const wish = { ...where, pull_number: pull.number, title, body };
  return Pull.parse((await octokit.request('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', wish)).data);
}

const MUTATIONS = {
  draft: 'mutation ($id: ID!) { convertPullRequestToDraft(input: { pullRequestId: $id }) { pullRequest { isDraft } } }',
  ready: 'mutation ($id: ID!) { markPullRequestReadyForReview(input: { pullRequestId: $id }) { pullRequest { isDraft } } }',
} as const;

/** Only GraphQL can do it. What it is afterwards: a repository whose plan has no drafts refuses to make one. */
async function setDraft(octokit: Octokit, log: Logger, pull: Pull, draft: boolean): Promise<boolean> {
  if (pull.draft === draft) return draft;
  try {
    await octokit.graphql(MUTATIONS[draft ? 'draft' : 'ready'], { id: pull.node_id });
    return draft;
  } catch (error) {
    const code = codeOf(error);
    if (!draft || (code !== 'forge.forbidden' && code !== 'forge.refused')) throw error;
    log.warn({ err: error, pull: pull.html_url }, 'GitHub refused to make the pull request a draft');
    return pull.draft;
  }
}
