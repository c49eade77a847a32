import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { Instance } from '../../src/compose.ts';
import { lastWords } from './look.ts';
import { bash, submit, turn } from './scripts.ts';
import { REPOSITORY, story, until, type Stage } from './stage.ts';

/** Commands are plain processes in these stories, so that a file of the test's can hold one up. */
function gate() {
  const file = join(tmpdir(), `signalbox-go-${randomUUID()}`);
  return { wait: `until [ -e ${file} ]; do sleep 0.05; done`, open: () => writeFile(file, ''), remove: () => rm(file, { force: true }) };
}

/** Stops the worker while the answer to this request of the model is carried out: it rests after it, and another one goes on. */
async function handOver(stage: Stage, worker: Instance, request: number, { open, remove }: ReturnType<typeof gate>): Promise<void> {
  await until(() => stage.model.requests[request]?.outcome === 'answered', 'the answer of the model');
  const gone = worker[Symbol.asyncDispose]();
  await open();
  await gone;
  await remove();
}

describe('an agent that goes from machine to machine', () => {
  const [first, second] = [gate(), gate()];
  const script = [
    turn(bash('echo one > one.txt')),
    turn(bash(`${first.wait}; echo two > two.txt`)),
    // No checkpoint can be made of what is not a folder any more.
    turn(bash(`${second.wait}; mv "$PWD" ../gone; ln -s gone "$PWD"`)),
    turn(bash('ls; echo three > three.txt')),
    submit('Add a third file'),
  ];
  story(
    'finds nothing of its own there where it had left off before',
    { script, files: { 'README.md': '# Files\n' }, roles: [['server']] },
    async (stage) => {
      const issue = await stage.openIssue('Write files');
      await stage.ada.comment(REPOSITORY, issue, '/agent run');
      await handOver(stage, await stage.worker('a'), 1, first);
      await handOver(stage, await stage.worker('b'), 2, second);
      await stage.worker('a');
      const task = await stage.ended(issue);
      expect(lastWords(stage.model.requests[3]!)).toContain('The machine that you worked on is gone');
      expect(lastWords(stage.model.requests[4]!)).not.toContain('one.txt');
      expect(await stage.truth().file(task.branch!, 'three.txt')).toBe('three\n');
      expect(await stage.truth().file(task.branch!, 'one.txt')).toBeNull();
    },
  );
});
