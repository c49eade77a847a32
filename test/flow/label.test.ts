import { describe, expect } from 'vitest';
import { needsDocker, needsValkey } from '../support/needs.ts';
import { MEND, bash, submit, turn } from './scripts.ts';
import { REPOSITORY, story, until, type Stage } from './stage.ts';

const noDocker = await needsDocker();
const noValkey = await needsValkey();

/** The label story, from the label to the checks. */
async function labelStory(stage: Stage): Promise<void> {
  const { ada, truth } = stage;
  const issue = await stage.openIssue('duration(119) says 2 minutes');
  await ada.label(REPOSITORY, issue, 'agent:worker');
  const task = await stage.ended(issue);

  expect(task).toMatchObject({ state: 'completed', outcome: { code: 'published' }, branch: 'agent/1-duration-119-says-2-minutes' });
  const pull = truth().pull(task.pullRequest!);
  expect(pull).toMatchObject({
    title: 'Cut minutes off instead of rounding them',
    draft: false,
    state: 'open',
    baseRef: 'main',
    headRef: task.branch,
  });
  expect(pull.body).toContain(`Closes #${issue}`);
  expect(await truth().diff(pull.number)).toContain('+  const minutes = Math.floor(seconds / 60);');

  const checks = await truth().checks(pull.headSha);
  const shown = checks
    .map(({ name, status, conclusion }) => [name, status, conclusion])
    .toSorted(([a], [b]) => String(a).localeCompare(String(b)));
  expect(shown).toEqual([
    ['signalbox/agent', 'completed', 'success'],
    ['signalbox/coverage', 'completed', 'success'],
    ['signalbox/lint', 'completed', 'success'],
    ['signalbox/test', 'completed', 'success'],
    ['signalbox/typecheck', 'completed', 'neutral'],
  ]);
  const comments = truth().comments(issue);
  expect(comments).toHaveLength(1);
  expect(comments[0]!.body).toContain(`The work is in pull request #${pull.number}`);
}

describe.skipIf(noDocker)('the label story, in Docker', () => {
  story('on an embedded PostgreSQL', { script: MEND, docker: true, embedded: true }, labelStory);
  story('on the PostgreSQL of DATABASE_URL', { script: MEND, docker: true }, labelStory);
  story('with the worker in a process of its own', { script: MEND, docker: true, roles: [['server'], ['worker']] }, labelStory);
});

describe.skipIf(noDocker || noValkey)('the label story, on Valkey', () => {
  story('with the queue in Valkey', { script: MEND, docker: true, valkey: true }, async (stage) => {
    expect(stage.signalbox.queueKind).toBe('valkey');
    await labelStory(stage);
  });
});

describe('the label story, without containers', () => {
  story('runs as plain processes by explicit choice', { script: MEND }, labelStory);

  story('is shown while it happens: seen, waiting, at work, done', { script: MEND }, async (stage) => {
    const issue = await stage.openIssue('duration(119) says 2 minutes');
    await stage.ada.label(REPOSITORY, issue, 'agent:worker');
    await stage.ended(issue);
    expect(stage.truth().issue(issue).reactions).toMatchObject([{ content: 'eyes' }]);
    const types = (await stage.events()).map(({ type }) => type);
    const states = types.filter((type) => /^(task|agent)\.(pending|dispatched|running|spawning|completed|failed|killed)$/.test(type));
    expect(states).toEqual([
      'task.pending',
      'task.dispatched',
      'task.running',
      'agent.spawning',
      'agent.running',
      'agent.completed',
      'task.completed',
    ]);
  });

  story('credits the person who asked, and is committed by the App', { script: MEND }, async (stage) => {
    const issue = await stage.openIssue('duration(119) says 2 minutes');
    await stage.ada.label(REPOSITORY, issue, 'agent:worker');
    const task = await stage.ended(issue);
    const [commit] = await stage.truth().commits(task.branch!);
    expect(commit).toMatchObject({ author: { name: stage.forge.botLogin }, committer: { name: stage.forge.botLogin } });
    expect(commit!.message).toMatch(/^Co-authored-by: ada <\d+\+ada@/m);
  });

  story('hands no label of another kind to an agent', { script: MEND }, async (stage) => {
    const issue = await stage.openIssue('Something else');
    await stage.ada.label(REPOSITORY, issue, 'agent:worker', 'bug');
    await stage.ended(issue);
    await stage.ada.label(REPOSITORY, issue, 'question');
    await stage.forge.settled();
    await until(async () => {
      const { rows } = await stage.signalbox.database.pool.query<{ open: number }>(
        "select count(*)::int as open from signalbox.deliveries where state = 'received'",
      );
      return rows[0]!.open === 0;
    }, 'every delivery to be handled');
    expect(await stage.tasks()).toHaveLength(1);
  });
});

describe.skipIf(noDocker)('what the agent can see in its sandbox', () => {
  const look =
    'env; id; ls -la / ~ ..; cat /proc/1/environ /proc/self/mountinfo 2>/dev/null; cat .git/config; find / -name "*.pem" -newer /etc/hostname 2>/dev/null; (echo > /dev/tcp/127.0.0.1/80) 2>&1';
  story(
    'is no credential and no setting',
    { script: [turn(bash(look)), ...MEND.slice(0, 1), submit('Mend it')], docker: true },
    async (stage) => {
      const issue = await stage.openIssue('Look around');
      await stage.ada.label(REPOSITORY, issue, 'agent:worker');
      await stage.ended(issue);
      const told = JSON.stringify(stage.model.requests.at(-1)!.body!.messages);
      expect(told).toContain('uid=10001');
      for (const secret of [
        stage.forge.privateKey.slice(40, 90),
        'a-secret-of-the-stand-in',
        'key-of-the-stand-in-model',
        'ghs_',
        'APP_ID',
        'DATABASE_URL',
        'ANTHROPIC',
        'x-access-token',
      ]) {
        expect(told).not.toContain(secret);
      }
    },
  );
});
