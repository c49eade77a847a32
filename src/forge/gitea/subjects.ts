import type { PullRequest, Subject } from '../forge.ts';
import type { SubjectRef } from '../../domain/task.ts';
import { toSender } from './accounts.ts';
import { Issue, Pull, Repository } from './answers.ts';
import type { Api, GiteaClient } from './client.ts';
import { orNull } from './errors.ts';
import { toPullRequest } from './pull-request-view.ts';

export async function repository(client: GiteaClient, name: string): Promise<{ defaultBranch: string; private: boolean } | null> {
  return client.on(name, `read the repository ${name}`, (api) =>
    orNull(async () => {
      const { default_branch: defaultBranch, private: isPrivate } = Repository.parse((await api.get('')).data);
      return { defaultBranch, private: isPrivate };
    }),
  );
}

export async function subject(client: GiteaClient, ref: SubjectRef): Promise<Subject | null> {
  return client.on(ref.repository, `read ${ref.repository}#${ref.number}`, (api) =>
    orNull(async () => {
      const issue = await readIssue(api, ref.number);
      const pull = issue.pull_request ? await readPull(api, ref.number) : null;
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

export async function readIssue(api: Api, number: number): Promise<Issue> {
  return Issue.parse((await api.get(`/issues/${number}`)).data);
}

async function readPull(api: Api, number: number): Promise<PullRequest> {
  return toPullRequest(Pull.parse((await api.get(`/pulls/${number}`)).data));
}
