import type { BotIdentity } from '../forge.ts';
import type { SubjectRef } from '../../domain/task.ts';
import { Comment } from './answers.ts';
import type { GithubClient, Octokit, Where } from './client.ts';
import { isGone } from './errors.ts';
import { cutMarkdown, MAX_BODY } from './limits.ts';
import { PER_PAGE } from './paging.ts';

export interface CommentWish {
  readonly key: string;
  readonly body: string;
  readonly knownId: number | null;
}

/** Starts the body: a marker further down may be quoted by whoever wrote that text. */
function markerOf(key: string): string {
  return `<!-- signalbox:${encodeURIComponent(key)} -->`;
}

export async function ensureComment(client: GithubClient, identity: () => Promise<BotIdentity>, ref: SubjectRef, wish: CommentWish) {
  const marker = markerOf(wish.key);
  const body = cutMarkdown(`${marker}\n${wish.body}`, MAX_BODY);
  const me = await identity();
  const comment = await client.on(ref.repository, `comment on ${ref.repository}#${ref.number}`, async (octokit, where) => {
    const known = wish.knownId === null ? null : await edit(octokit, where, wish.knownId, body);
    if (known !== null) return known;
    const [found] = await ours(octokit, where, ref.number, me.id, marker);
    if (found !== undefined) return found.body === body ? found : ((await edit(octokit, where, found.id, body)) ?? found);
    const created = await create(octokit, where, ref.number, body);
    return keepOne(octokit, where, created, body, await ours(octokit, where, ref.number, me.id, marker));
  });
  return { id: comment.id, url: comment.html_url };
}

async function create(octokit: Octokit, where: Where, number: number, body: string): Promise<Comment> {
  const wish = { ...where, issue_number: number, body };
  return Comment.parse((await octokit.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', wish)).data);
}

/** null: it was deleted. */
async function edit(octokit: Octokit, where: Where, id: number, body: string): Promise<Comment | null> {
  try {
    const { data } = await octokit.request('PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', { ...where, comment_id: id, body });
    return Comment.parse(data);
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

/** Only the bot's own, oldest first: anybody can write a marker. */
async function ours(octokit: Octokit, where: Where, number: number, botId: number, marker: string): Promise<Comment[]> {
  const wish = { ...where, issue_number: number, per_page: PER_PAGE };
  const all = Comment.array().parse(await octokit.paginate('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', wish));
  return all.filter((comment) => comment.user?.id === botId && comment.body.startsWith(marker)).sort((a, b) => a.id - b.id);
}

/** Two processes that created at once both see this, and both keep the older one. */
async function keepOne(octokit: Octokit, where: Where, created: Comment, body: string, found: readonly Comment[]): Promise<Comment> {
  const [oldest] = found;
  if (oldest === undefined || oldest.id >= created.id) return created;
  await octokit.request('DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}', { ...where, comment_id: created.id });
  return (await edit(octokit, where, oldest.id, body)) ?? oldest;
}
