import { describe, expect } from 'vitest';
import { PROJECT } from '../demo/project.ts';
import { replies, requestsLike, statusOf } from './look.ts';
import { MEND, bash, create, replace, submit, turn } from './scripts.ts';
import { REPOSITORY, story, type Stage } from './stage.ts';
import type { Task } from '../../src/domain/task.ts';

// Put together here, so that this file holds nothing that looks like a secret.
const TOKEN = ['ghp', '_', 'q8Rk2ZbV7nXw', '4LsTy9Hc3JdM', '6PfGa1Eo5UiK'].join('');
const AWS_SECRET = ['wJ4lrXU7tnF3MI', 'K7MDENGbPxRfiC', 'YzEk9LwQ2sTv'].join('');
const PRIVATE_KEY = [
  '-----BEGIN RSA PRIVATE ',
  'KEY-----\n',
  'MIIEowIBAAKCAQEAx7dkJ2lPq9vQm3Ts8Yb1Zc4Wf6Ug0Rh5Xe\n'.repeat(4),
  '-----END RSA PRIVATE ',
  'KEY-----\n',
].join('');
/** As in stage.ts: the operator's own key for the model. */
const OPERATORS_KEY = 'key-of-the-stand-in-model';

const SUBMIT = submit('Configure the upload');

async function labelled(stage: Stage): Promise<Task> {
  const issue = await stage.openIssue('Configure the upload');
  await stage.ada.label(REPOSITORY, issue, 'agent:worker');
  return stage.ended(issue);
}

/** Nothing went to the forge but words, and none of these is the secret. */
async function expectKeptBack(stage: Stage, task: Task, secret: string, ...words: string[]): Promise<void> {
  expect(task).toMatchObject({ state: 'failed', outcome: { code: 'secret.found' }, pullRequest: null, headSha: null });
  for (const word of words) expect(statusOf(stage, task)).toContain(word);
  expect(Object.keys(await stage.truth().branches())).toEqual(['main']);
  expect(stage.truth().pulls()).toEqual([]);
  expect(requestsLike(stage, /git-receive-pack|\/git\/|\/pulls$|check-runs$/)).toEqual([]);
  const said = JSON.stringify([stage.truth().issues(), stage.forge.requests.map(({ body }) => body), await stage.tasks()]);
  for (const part of [secret, secret.split('\n')[1] ?? secret, Buffer.from(secret).toString('base64')]) expect(said).not.toContain(part);
}

describe('a change with a secret in it is not pushed, and its file and rule are named', () => {
  story('a token', { script: [turn(create('config/upload.txt', `region = eu\nid = ${TOKEN}\n`)), SUBMIT] }, async (stage) => {
    await expectKeptBack(stage, await labelled(stage), TOKEN, '`config/upload.txt`, line 2', 'github', '/agent retry');
  });

  story(
    'a key of a cloud',
    { script: [turn(create('config/aws.txt', `aws_secret_access_key = ${AWS_SECRET}\n`)), SUBMIT] },
    async (stage) => {
      await expectKeptBack(stage, await labelled(stage), AWS_SECRET, '`config/aws.txt`, line 1', 'aws');
    },
  );

  story('a private key', { script: [turn(create('keys/deploy.pem', PRIVATE_KEY)), SUBMIT] }, async (stage) => {
    await expectKeptBack(stage, await labelled(stage), PRIVATE_KEY, '`keys/deploy.pem`, line 1', 'private');
  });

  story(
    'a value that looks random, behind a name that says that it is secret',
    { script: [turn(create('.env', `UPLOAD_SECRET_KEY=${AWS_SECRET}\n`)), SUBMIT] },
    async (stage) => {
      await expectKeptBack(stage, await labelled(stage), AWS_SECRET, '`.env`, line 1');
    },
  );

  story('in the name of a file', { script: [turn(create(`config/${TOKEN}.txt`, 'see the name\n')), SUBMIT] }, async (stage) => {
    await expectKeptBack(stage, await labelled(stage), TOKEN, 'The name of a file holds what looks like a secret');
  });

  story(
    'in a commit that the agent took back is not in what is pushed',
    {
      script: [
        turn(
          bash(
            `echo 'id = ${TOKEN}' > config.txt && git add -A && git commit -qm one && rm config.txt && git add -A && git commit -qm two`,
          ),
        ),
        ...MEND,
      ],
    },
    async (stage) => {
      const task = await labelled(stage);
      expect(task).toMatchObject({ state: 'completed', outcome: { code: 'published' } });
      expect(stage.truth().pull(task.pullRequest!).commits).toBe(1);
    },
  );

  story(
    'that was there before is not the agent’s',
    {
      files: { ...PROJECT, 'old.txt': `id = ${TOKEN}\nmore\n` },
      script: [turn(replace('old.txt', 'more', 'less')), ...MEND],
    },
    async (stage) => {
      expect(await labelled(stage)).toMatchObject({ state: 'completed', outcome: { code: 'published' } });
    },
  );
});

describe('the operator’s own credentials are kept back', () => {
  story('from a file', { script: [turn(create('notes.md', `# Notes\n\nThe key is ${OPERATORS_KEY}.\n`)), SUBMIT] }, async (stage) => {
    await expectKeptBack(stage, await labelled(stage), OPERATORS_KEY, '`notes.md`, line 3', 'operator-secret');
  });

  story(
    'from a file that hides them in base64',
    { script: [turn(create('blob.txt', `${Buffer.from(`x${OPERATORS_KEY}y`).toString('base64')}\n`)), SUBMIT] },
    async (stage) => {
      await expectKeptBack(stage, await labelled(stage), OPERATORS_KEY, '`blob.txt`, line 1', 'operator-secret');
    },
  );

  story('from the agent’s summary', { script: [MEND[0]!, submit('Mend it', `I found ${OPERATORS_KEY} somewhere.`)] }, async (stage) => {
    await expectKeptBack(stage, await labelled(stage), OPERATORS_KEY, 'The summary holds what looks like a secret');
  });

  story(
    'from the summary of an agent that changed nothing',
    { script: [submit('Nothing to do', `Nothing to do. By the way: ${OPERATORS_KEY}.`)] },
    async (stage) => {
      await expectKeptBack(stage, await labelled(stage), OPERATORS_KEY, 'The summary holds what looks like a secret');
    },
  );

  story(
    'from the words about a forbidden change',
    { script: [turn(create(`.github/workflows/${OPERATORS_KEY}.yml`, 'on: push\n')), SUBMIT, SUBMIT, SUBMIT] },
    async (stage) => {
      await expectKeptBack(stage, await labelled(stage), OPERATORS_KEY, 'The name of a file holds what looks like a secret');
      expect(replies(stage, 1)).toEqual([]);
    },
  );
});
