import { randomUUID } from 'node:crypto';
import { stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { Instance } from '../../src/compose.ts';
import { lastWords } from './look.ts';
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
