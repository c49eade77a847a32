import type { Hub } from '../server/hub.ts';
import type { Pull, Repository } from '../../forge/server/model.ts';
import type { Annotation, CheckRun, CheckSuite } from '../server/model.ts';
import type { Commit } from '../../forge/git/read.ts';
import { nodeId } from '../server/urls.ts';
import { appView } from './app.ts';
import { minimalPullView } from './pull.ts';

function openPulls(repository: Repository, sha: string): Pull[] {
  const pulls = repository.issues.flatMap((issue) => (issue.pull && issue.state === 'open' ? [issue.pull] : []));
  return pulls.filter((pull) => pull.headSha === sha);
}

export function checkRunView(hub: Hub, repository: Repository, run: CheckRun) {
  const url = `${hub.urls.repo(repository)}/check-runs/${run.id}`;
  return {
    id: run.id,
    node_id: nodeId('CR', run.id),
    head_sha: run.headSha,
    external_id: run.externalId,
    url,
    html_url: `${hub.urls.repoPage(repository)}/runs/${run.id}`,
    details_url: run.detailsUrl,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      title: run.title,
      summary: run.summary,
      text: run.text,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    name: run.name,
    check_suite: { id: run.suite.id },
    app: appView(hub),
    pull_requests: openPulls(repository, run.headSha).map((pull) => minimalPullView(hub, repository, pull)),
  };
}

/** In webhooks a check run carries its whole suite. */
export function checkRunEventView(hub: Hub, repository: Repository, run: CheckRun) {
  return { ...checkRunView(hub, repository, run), check_suite: suiteView(hub, repository, run.suite) };
}

/** Of a run that is asked for again the suite is told as it ended, whatever else goes on in it. */
export function endedCheckRunEventView(hub: Hub, repository: Repository, run: CheckRun) {
  const ended = runsOf(hub, repository, run.suite).filter((one) => one.status === 'completed');
  return { ...checkRunView(hub, repository, run), check_suite: suiteView(hub, repository, run.suite, ended) };
}

function runsOf(hub: Hub, repository: Repository, suite: CheckSuite): CheckRun[] {
  return hub.checksOf(repository).runs.filter((run) => run.suite === suite);
}

function suiteView(hub: Hub, repository: Repository, suite: CheckSuite, runs = runsOf(hub, repository, suite)) {
  const done = runs.length > 0 && runs.every((run) => run.status === 'completed');
  return {
    id: suite.id,
    node_id: nodeId('CS', suite.id),
    head_branch: suite.headBranch,
    head_sha: suite.headSha,
    status: suiteStatus(runs, done),
    conclusion: done ? suiteConclusion(runs) : null,
    url: `${hub.urls.repo(repository)}/check-suites/${suite.id}`,
    before: null,
    after: null,
    pull_requests: openPulls(repository, suite.headSha).map((pull) => minimalPullView(hub, repository, pull)),
    app: appView(hub),
    created_at: suite.createdAt,
    updated_at: suite.createdAt,
  };
}

export function checkSuiteEventView(hub: Hub, repository: Repository, suite: CheckSuite, head: Commit) {
  const { name, email } = head.author;
  return {
    ...suiteView(hub, repository, suite),
    latest_check_runs_count: runsOf(hub, repository, suite).length,
    check_runs_url: `${hub.urls.repo(repository)}/check-suites/${suite.id}/check-runs`,
    head_commit: {
      id: head.sha,
      tree_id: head.tree,
      message: head.message,
      timestamp: head.committer.date,
      author: { name, email },
      committer: { name: head.committer.name, email: head.committer.email },
    },
  };
}

function suiteStatus(runs: CheckRun[], done: boolean): string {
  if (done) return 'completed';
  return runs.some((run) => run.status !== 'queued') ? 'in_progress' : 'queued';
}

function suiteConclusion(runs: CheckRun[]): string {
  const worst = ['action_required', 'timed_out', 'cancelled', 'failure'];
  const found = worst.find((conclusion) => runs.some((run) => run.conclusion === conclusion));
  return found ?? (runs.every((run) => run.conclusion === 'neutral') ? 'neutral' : 'success');
}

export function annotationView(hub: Hub, repository: Repository, run: CheckRun, annotation: Annotation) {
  return { ...annotation, blob_href: `${hub.urls.repo(repository)}/contents/${encodeURI(annotation.path)}?ref=${run.headSha}` };
}
