import { randomUUID } from 'node:crypto';
import { access } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { PROJECT } from '../demo/project.ts';
import { lastWords, opening, requestsLike, statusOf } from './look.ts';
import { MEND, bash, create, submit, turn } from './scripts.ts';
import { REPOSITORY, story, type Stage } from './stage.ts';
import type { Task } from '../../src/domain/task.ts';

const SUBMIT = submit('Mend it and more');
const INSIST = [SUBMIT, SUBMIT, SUBMIT];

async function labelled(stage: Stage): Promise<Task> {
  const issue = await stage.openIssue('duration(119) says 2 minutes');
  await stage.ada.label(REPOSITORY, issue, 'agent:worker');
  return stage.ended(issue);
}

/** Refused, first to the agent in every round, then to the person; and nothing of it went to the forge. */
async function expectRefused(stage: Stage, task: Task, path: string, why: string): Promise<void> {
  expect(task).toMatchObject({ state: 'failed', outcome: { code: 'change.forbidden' }, pullRequest: null, headSha: null });
  for (const words of [task.outcome!.message, statusOf(stage, task), ...stage.model.requests.slice(2).map(lastWords)]) {
    expect(words).toContain(path);
    expect(words).toContain(why);
  }
  expect(stage.model.requests).toHaveLength(4);
  expect(Object.keys(await stage.truth().branches())).toEqual(['main']);
  expect(requestsLike(stage, /git-receive-pack/)).toEqual([]);
}

describe('what an agent may not change', () => {
  story(
    'a workflow of the forge',
    { script: [turn(create('.github/workflows/ci.yml', 'on: push\n'), MEND[0]!.tools![0]!), ...INSIST] },
    async (stage) => {
      await expectRefused(stage, await labelled(stage), '".github/workflows/ci.yml"', '.github/workflows/**');
    },
  );

  story(
    'a workflow, by removing it',
    {
      files: { ...PROJECT, '.github/workflows/ci.yml': 'on: push\n' },
      script: [turn(bash('git rm -q .github/workflows/ci.yml')), ...INSIST],
    },
    async (stage) => {
      await expectRefused(stage, await labelled(stage), '".github/workflows/ci.yml"', '.github/workflows/**');
    },
  );

  story(
    'what the repository protects by itself',
    {
      files: { ...PROJECT, LICENSE: 'Mine.\n', '.signalbox.yml': 'protected: [LICENSE, legal]\n' },
      script: [turn(create('legal/terms.md', 'New.\n'), bash('echo Ours > LICENSE')), ...INSIST],
    },
    async (stage) => {
      const task = await labelled(stage);
      await expectRefused(stage, task, '"legal/terms.md"', '`legal`');
      expect(task.outcome!.message).toContain('"LICENSE"');
      expect(opening(stage.model.requests[0]!)).toContain('`legal`');
    },
  );

  story('a link out of the tree', { script: [turn(bash('ln -s /etc/passwd users; ln -s ../../../.. up')), ...INSIST] }, async (stage) => {
    const task = await labelled(stage);
    await expectRefused(stage, task, '"users"', 'The link points out of the repository');
    expect(task.outcome!.message).toContain('"up"');
  });

  story('a link into git’s own folder', { script: [turn(bash('ln -s .git/config settings')), ...INSIST] }, async (stage) => {
    await expectRefused(stage, await labelled(stage), '"settings"', 'own folder');
  });

  story(
    'a submodule',
    {
      script: [
        turn(
          bash(
            `git init -q sub && git -C sub -c user.name=agent -c user.email=agent@localhost commit -q --allow-empty -m one && printf '[submodule "sub"]\\n\\tpath = sub\\n\\turl = ../tool\\n' > .gitmodules && git add -A && git commit -qm sub`,
          ),
        ),
        ...INSIST,
      ],
    },
    async (stage) => {
      await expectRefused(stage, await labelled(stage), '".gitmodules"', '.gitmodules');
    },
  );

  story(
    'the tools that judge it',
    {
      script: [
        turn(bash('mkdir -p node_modules/.bin && printf "#!/bin/sh\\n" > node_modules/.bin/node && chmod +x node_modules/.bin/node')),
        ...INSIST,
      ],
    },
    async (stage) => {
      await expectRefused(stage, await labelled(stage), '"node_modules/.bin/node"', '**/node_modules/**');
    },
  );

  story('a file that is too large', { script: [turn(bash('head -c 6000000 /dev/zero > big.bin')), ...INSIST] }, async (stage) => {
    await expectRefused(stage, await labelled(stage), '"big.bin"', 'file-too-large');
  });

  story(
    'is put back by an agent that listens',
    { script: [turn(create('.github/workflows/ci.yml', 'on: push\n')), SUBMIT, turn(bash('rm -r .github'), MEND[0]!.tools![0]!), SUBMIT] },
    async (stage) => {
      const task = await labelled(stage);
      expect(task).toMatchObject({ state: 'completed', outcome: { code: 'published' } });
      expect(stage.truth().pull(task.pullRequest!).changedFiles).toBe(1);
    },
  );
});

describe('what an agent may make', () => {
  story('a link inside the repository', { script: [turn(bash('ln -s duration.js src/index.js')), ...MEND] }, async (stage) => {
    const task = await labelled(stage);
    expect(task).toMatchObject({ state: 'completed' });
    expect(await stage.truth().diff(task.pullRequest!)).toMatch(/new file mode 120000[\s\S]*\+duration\.js/);
  });

  story(
    'a repository of its own is left out, and that is said',
    {
      script: [
        turn(
          bash(
            'git init -q vendor/tool && echo x > vendor/tool/x && git -C vendor/tool add x && git -C vendor/tool -c user.name=agent -c user.email=agent@localhost commit -qm x',
          ),
        ),
        ...MEND,
      ],
    },
    async (stage) => {
      const task = await labelled(stage);
      expect(task).toMatchObject({ state: 'completed' });
      const pull = stage.truth().pull(task.pullRequest!);
      expect(pull).toMatchObject({ changedFiles: 1 });
      expect(pull.body).toContain('Left out, because it is a git repository of its own: "vendor/tool/".');
    },
  );

  story(
    'nothing but a repository of its own is no change, and that is said',
    {
      script: [
        turn(bash('git init -q tool && git -C tool -c user.name=agent -c user.email=agent@localhost commit -q --allow-empty -m x')),
        SUBMIT,
      ],
    },
    async (stage) => {
      const task = await labelled(stage);
      expect(task).toMatchObject({ state: 'failed', outcome: { code: 'no-change' } });
      expect(statusOf(stage, task)).toContain('Left out, because it is a git repository of its own: "tool/".');
    },
  );
});

describe('what an agent leaves in .git', () => {
  const mark = join(tmpdir(), `signalbox-ran-${randomUUID()}`);
  const plant = [
    `for hook in pre-commit post-commit post-checkout post-index-change pre-push reference-transaction; do printf '#!/bin/sh\\ntouch ${mark}\\n' > .git/hooks/$hook; done`,
    'mkdir -p .git/hooks && chmod +x .git/hooks/*',
    `printf '[core]\\n\\tfsmonitor = touch ${mark}\\n\\tpager = touch ${mark}\\n[filter "x"]\\n\\tclean = touch ${mark}; cat\\n\\tsmudge = touch ${mark}; cat\\n[diff]\\n\\texternal = touch ${mark}\\n' >> .git/config`,
    "printf '* filter=x diff=x\\n' > .gitattributes",
  ];
  story('is never run on the host', { script: [turn(bash(['mkdir -p .git/hooks', ...plant].join('\n'))), ...MEND] }, async (stage) => {
    const task = await labelled(stage);
    expect(task).toMatchObject({ state: 'completed', outcome: { code: 'published' } });
    await expect(access(mark)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
