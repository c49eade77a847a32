import type { PullRequest, PullRequestWish } from '../forge.ts';
import { cutMarkdown, MAX_BODY } from '../cut.ts';
import { Pull } from './answers.ts';
import type { Api, GiteaClient } from './client.ts';
import { titleFor } from './draft.ts';
import { statusOf } from './errors.ts';
import { everyPage } from './pages.ts';
import { isOfSameRepository, toPullRequest } from './pull-request-view.ts';

export async function pullRequestOf(client: GiteaClient, repository: string, branch: string): Promise<PullRequest | null> {
  return client.on(repository, `look for the pull request of ${branch}`, async (api) => {
    const [found] = await openOnes(api, branch);
    return found === undefined ? null : toPullRequest(found);
  });
}

export async function ensurePullRequest(client: GiteaClient, request: PullRequestWish, signal?: AbortSignal): Promise<PullRequest> {
  const wish = { ...request, title: titleFor(request.title, request.draft), body: cutMarkdown(request.body, MAX_BODY) };
  return client.on(wish.repository, `open a pull request for ${wish.head}`, async (api) => {
    const [there] = await openOnes(api, wish.head);
    if (there === undefined) signal?.throwIfAborted();
    const found = there ?? (await createOrFind(api, wish));
    return toPullRequest(signal?.aborted ? found : await describe(api, found, wish));
  });
}

/** Of this branch of the repository itself, oldest first. The list cannot be asked for a branch. */
async function openOnes(api: Api, branch: string): Promise<Pull[]> {
  const pulls = Pull.array().parse(await everyPage(api, '/pulls', { state: 'open' }));
  return pulls.filter((pull) => pull.head.ref === branch && isOfSameRepository(pull)).sort((a, b) => a.number - b.number);
}

/** 409 is the answer to whoever comes second. */
async function createOrFind(api: Api, { title, body, head, base }: PullRequestWish): Promise<Pull> {
  try {
    const created = Pull.parse((await api.post('/pulls', { title, body, head, base })).data);
    return await keepOne(api, created);
  } catch (error) {
    const [twin] = statusOf(error) === 409 ? await openOnes(api, head) : [];
    if (twin === undefined) throw error;
    return twin;
  }
}

/** Two processes that created in the same instant both see this, and both keep the older one. */
async function keepOne(api: Api, created: Pull): Promise<Pull> {
  const [oldest] = await openOnes(api, created.head.ref);
  if (oldest === undefined || oldest.number >= created.number) return created;
  await api.patch(`/pulls/${created.number}`, { state: 'closed' });
  return oldest;
}

async function describe(api: Api, pull: Pull, { title, body }: PullRequestWish): Promise<Pull> {
  if (pull.title === title && pull.body === body) return pull;
  return Pull.parse((await api.patch(`/pulls/${pull.number}`, { title, body })).data);
}
