import type { PullRequest, Subject } from '../forge.ts';
import type { SubjectRef } from '../../domain/task.ts';
import { toSender } from './accounts.ts';
import { Issue, Pull } from './answers.ts';
import type { Where } from '../where.ts';
import type { GithubClient, Octokit } from './client.ts';
import { isGone } from './errors.ts';
import { toPullRequest } from './pull-request-view.ts';

export async function repository(client: GithubClient, name: string): Promise<{ defaultBranch: string; private: boolean } | null> {
  return client.on(name, `read the repository ${name}`, (octokit, where) =>
    orNull(async () => {
      const { data } = await octokit.request('GET /repos/{owner}/{repo}', { ...where });
      return { defaultBranch: data.default_branch, private: data.private };
    }),
  );
}

export async function subject(client: GithubClient, ref: SubjectRef): Promise<Subject | null> {
  return client.on(ref.repository, `read ${ref.repository}#${ref.number}`, (octokit, where) =>
    orNull(async () => {
      const { data } = await octokit.request('GET /repos/{owner}/{repo}/issues/{issue_number}', { ...where, issue_number: ref.number });
      const issue = Issue.parse(data);
      // An issue that was moved to another repository is answered from there.
      if (issue.number !== ref.number) return null;
      const pull = issue.pull_request ? await readPull(octokit, where, ref.number) : null;
      const { login, id } = toSender(issue.user);
      return {
        ref,
        kind: pull === null ? 'issue' : 'pull',
        title: issue.title,
        body: issue.body,
        author: { login, id },
        open: issue.state === 'open',
        labels: issue.labels,
        pull,
      } as const;
    }),
  );
}

async function readPull(octokit: Octokit, where: Where, number: number): Promise<PullRequest> {
  const { data } = await octokit.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', { ...where, pull_number: number });
  return toPullRequest(Pull.parse(data));
}

async function orNull<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}
