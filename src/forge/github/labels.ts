import { cutLine } from '../cut.ts';
import type { LabelWish } from '../forge.ts';
import { createMissing } from '../labels.ts';
import type { Where } from '../where.ts';
import { Label } from './answers.ts';
import type { GithubClient, Octokit } from './client.ts';
import { isGone, statusOf } from './errors.ts';
import { MAX_LABEL_DESCRIPTION } from './limits.ts';

export async function ensureLabels(client: GithubClient, repository: string, wishes: readonly LabelWish[]) {
  return client.on(repository, `make labels in ${repository}`, async (octokit, where) => {
    const there = Label.array().parse(await octokit.paginate('GET /repos/{owner}/{repo}/labels', { ...where, per_page: 100 }));
    return createMissing(there, wishes, (wish) => create(octokit, where, wish));
  });
}

/** 422 is also the answer to whoever comes second. */
async function create(octokit: Octokit, where: Where, { name, color, description }: LabelWish): Promise<boolean> {
  const label = { ...where, name, color, description: cutLine(description, MAX_LABEL_DESCRIPTION) };
  try {
    await octokit.request('POST /repos/{owner}/{repo}/labels', label);
    return true;
  } catch (error) {
    if (statusOf(error) === 422 && (await isThere(octokit, where, name))) return false;
    throw error;
  }
}

async function isThere(octokit: Octokit, where: Where, name: string): Promise<boolean> {
  try {
    await octokit.request('GET /repos/{owner}/{repo}/labels/{name}', { ...where, name });
    return true;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}
