import { randomUUID } from 'node:crypto';
import { rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { Instance } from '../../src/compose.ts';
import { lastUnconfirmed } from '../../src/store/overview.ts';
import { staysOf } from '../../src/store/stays.ts';
import { stopStateOf } from '../../src/store/tasks.ts';
import { lastWords, statusOf, taskIn } from './look.ts';
import { bash, submit, turn } from './scripts.ts';
import { REPOSITORY, story, until } from './stage.ts';

/** A command that waits for the test. Commands are plain processes in these stories, so that files can hold one up. */
function gate() {
  const [there, open] = ['there', 'open'].map((name) => join(tmpdir(), `signalbox-${name}-${randomUUID()}`)) as [string, string];
  return { there, open, wait: `touch ${there}; until [ -e ${open} ]; do sleep 0.05; done; rm ${there} ${open}` };
}

/** Stops the worker while a command waits at the gate: it rests after that, and another one goes on. */
async function handOver(worker: Instance, { there, open }: ReturnType<typeof gate>): Promise<void> {
  await until(() => stat(there).catch(() => null), 'the command to run');
  const gone = worker[Symbol.asyncDispose]();
  await writeFile(open, '');
  await gone;
}

describe('an agent that went from machine to machine, and is killed on the second', () => {
  const [first, second] = [gate(), gate()];
  const script = [turn(bash(first.wait)), turn(bash(second.wait))];
  story(
    'is not confirmed to be gone before the first one is known to be clean',
    { script, files: { 'README.md': '# Files\n' }, roles: [['server']] },
    async (stage) => {
      const issue = await stage.openIssue('Write files');
      await stage.ada.comment(REPOSITORY, issue, '/agent run');
      await handOver(await stage.worker('a'), first);
      await stage.worker('b');
      await until(() => stat(second.there).catch(() => null), 'the second command to run');
      await stage.ada.comment(REPOSITORY, issue, '/agent kill wrong issue');
      const killed = await taskIn(stage, issue, 'killed');
      await rm(second.there);
      const { db } = stage.signalbox.database;
      await until(() => lastUnconfirmed(db, killed.id), 'somebody to say what is not known');
      const left = await staysOf(db, killed.id);
      expect(left).toHaveLength(1);
      expect((await stopStateOf(db, killed.id)).killConfirmedAt).toBeNull();
      await until(
        () => statusOf(stage, killed).includes(`It could not be confirmed what is left on ${left[0]}: `),
        'the comment to say so',
      );
      await stage.worker('a');
      await until(async () => (await stopStateOf(db, killed.id)).killConfirmedAt, 'the confirmation');
      await until(() => /\*\*Stopped\.\*\* .* Confirmed after /.test(statusOf(stage, killed)), 'the comment to say so');
      expect(await staysOf(db, killed.id)).toEqual([]);
    },
  );
});

describe('an agent that goes from machine to machine', () => {
  const [first, second] = [gate(), gate()];
  const script = [
    turn(bash('echo one > one.txt')),
    turn(bash(`${first.wait}; echo two > two.txt`)),
    // No checkpoint can be made of what is not a folder any more.
    turn(bash(`echo three > three.txt; ${second.wait}; mv "$PWD" ../gone; ln -s gone "$PWD"`)),
    turn(bash('ls; echo four > four.txt')),
    submit('Add files'),
  ];
  story(
    'finds no stale workspace where it was before, and is told what is lost',
    { script, files: { 'README.md': '# Files\n' }, roles: [['server']] },
    async (stage) => {
      const issue = await stage.openIssue('Write files');
      await stage.ada.comment(REPOSITORY, issue, '/agent run');
      await handOver(await stage.worker('a'), first);
      await handOver(await stage.worker('b'), second);
      await stage.worker('a');
      const task = await stage.ended(issue);
      expect(lastWords(stage.model.requests[3]!)).toContain('your latest changes with it');
      expect(lastWords(stage.model.requests[4]!)).toBe('README.md\none.txt\ntwo.txt');
      for (const [name, text] of Object.entries({ one: 'one\n', two: 'two\n', three: null, four: 'four\n' })) {
        expect(await stage.truth().file(task.branch!, `${name}.txt`)).toBe(text);
      }
    },
  );
});
