import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test, vi } from 'vitest';
import { messageOf } from '../../src/errors.ts';
import { Git } from '../../src/git/git.ts';
import { makeScratch } from '../support/git/scratch.ts';

const AUTHORIZATION = `Basic ${Buffer.from('x-access-token:ghs_not-a-real-one').toString('base64')}`;

async function environmentOf(call: Parameters<Git['run']>[1]): Promise<string> {
  const { stdout } = await new Git({ binary: '/usr/bin/env', networkEnv: { HTTPS_PROXY: 'http://proxy:3128' } }).run([], call);
  return stdout.toString('utf8');
}

/** A process that has ended but was not asked about by whoever started it is dead too. */
function isAlive(pid: number): boolean {
  const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : ') Z';
  return !stat.slice(stat.lastIndexOf(')')).startsWith(') Z');
}

describe('the environment of git on the host', () => {
  test('nothing of the program’s own environment gets in', async () => {
    const inherited = Object.keys(process.env).filter((name) => !['PATH', 'HOME', 'LC_ALL'].includes(name) && !name.startsWith('GIT_'));
    const names = (await environmentOf({})).split('\n').map((line) => line.split('=')[0]);
    expect(names.filter((name) => inherited.includes(name ?? ''))).toEqual([]);
  });

  test('no configuration of the machine or the user is read, and no folder is searched for a repository', async () => {
    const text = await environmentOf({});
    for (const line of [
      'GIT_CONFIG_NOSYSTEM=1',
      'GIT_CONFIG_GLOBAL=/dev/null',
      'HOME=/dev/null',
      'GIT_DIR=/dev/null',
      'GIT_TERMINAL_PROMPT=0',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
    const listed = await new Git().run(['config', '--list', '--show-scope'], {});
    expect(
      listed.stdout
        .toString('utf8')
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('command\t')),
    ).toEqual([]);
  });

  test('no protocol is allowed unless the command has a remote, and then only the remote’s', async () => {
    expect(await environmentOf({})).toContain('GIT_ALLOW_PROTOCOL=none');
    expect(await environmentOf({ remote: { url: 'https://forge.example/a/b.git', authorization: '' } })).toContain(
      'GIT_ALLOW_PROTOCOL=https\n',
    );
  });

  test('the credential is bound to the remote’s URL, and proxies are for remotes only', async () => {
    const text = await environmentOf({ remote: { url: 'https://forge.example/a/b.git', authorization: AUTHORIZATION } });
    expect(text).toContain('=http.https://forge.example/a/b.git.extraHeader\n');
    expect(text).toContain(`=Authorization: ${AUTHORIZATION}\n`);
    expect(text).toContain('HTTPS_PROXY');
    expect(await environmentOf({})).not.toContain('HTTPS_PROXY');
  });

  test.each([
    ['ext::sh -c id', ''],
    ['ssh://forge.example/a/b.git', ''],
    ['https://user:password@forge.example/a/b.git', ''],
    ['https://forge.example/a/b.git', 'Basic a\nX-Other: b'],
  ])('the access %j is refused', async (url, authorization) => {
    await expect(environmentOf({ remote: { url, authorization } })).rejects.toMatchObject({ code: 'git.access-unusable' });
  });
});

describe('running git', () => {
  test('an exit code is an answer of run and an error of ok', async () => {
    const git = new Git();
    expect((await git.run(['rev-parse', 'HEAD'], {})).exitCode).toBe(128);
    await expect(git.ok(['rev-parse', 'HEAD'], {})).rejects.toMatchObject({ code: 'git.mirror-corrupt' });
  });

  test('a machine without git is told so', async () => {
    await expect(new Git({ binary: 'no-such-git' }).run(['version'], {})).rejects.toMatchObject({ code: 'git.missing', retryable: false });
  });

  test('an abort rejects with its reason when the whole process group is gone', async () => {
    await using scratch = await makeScratch();
    const file = join(scratch.dir, 'pids');
    const controller = new AbortController();
    const script = `trap '' TERM; sleep 300 & echo $$ $! > ${file}; wait; sleep 300`;
    const running = new Git({ binary: 'sh' }).run(['-c', script], { signal: controller.signal });
    const pids = await vi.waitFor(async () => {
      const text = await readFile(file, 'utf8');
      expect(text.trim().split(' ')).toHaveLength(2);
      return text.trim().split(' ').map(Number);
    });
    const reason = new Error('killed by a person');
    controller.abort(reason);
    await expect(running).rejects.toBe(reason);
    await vi.waitFor(() => expect(pids.filter(isAlive)).toEqual([]));
  });

  test('what must not outlive us is gone with its helpers when this process is killed', async () => {
    await using scratch = await makeScratch();
    const [file, main] = [join(scratch.dir, 'pids'), join(scratch.dir, 'main.ts')];
    const script = `trap '' TERM; sleep 300 & echo $$ $! > ${file}; wait`;
    const module = fileURLToPath(new URL('../../src/git/git.ts', import.meta.url));
    await writeFile(
      main,
      `import { Git } from ${JSON.stringify(module)};\nawait new Git({ binary: 'sh' }).run(['-c', ${JSON.stringify(script)}], { diesWithUs: true });\n`,
    );
    const worker = spawn(process.execPath, [main], { stdio: 'ignore' });
    const pids = await vi.waitFor(
      async () => {
        const text = await readFile(file, 'utf8');
        expect(text.trim().split(' ')).toHaveLength(2);
        return text.trim().split(' ').map(Number);
      },
      { timeout: 20_000 },
    );
    worker.kill('SIGKILL');
    await vi.waitFor(() => expect(pids.filter(isAlive)).toEqual([]), { timeout: 20_000 });
  });

  test('what must not outlive us is answered like anything else, and can be aborted', async () => {
    const git = new Git({ binary: 'sh' });
    const result = await git.run(['-c', 'cat; echo oh >&2; exit 7'], { diesWithUs: true, input: 'said' });
    expect({ ...result, stdout: result.stdout.toString() }).toEqual({ exitCode: 7, stdout: 'said', stderr: 'oh\n', truncated: false });
    const controller = new AbortController();
    const running = git.run(['-c', 'sleep 300'], { diesWithUs: true, signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
  });

  test('a command that takes too long is ended and may be tried again', async () => {
    await expect(new Git({ binary: 'sleep' }).run(['300'], { timeoutMs: 20 })).rejects.toMatchObject({
      code: 'git.timeout',
      retryable: true,
    });
  });

  test('output is bounded: cut where that is asked for, an error elsewhere', async () => {
    const git = new Git({ binary: 'yes' });
    const cut = await git.run([], { maxOutputBytes: 1_000, truncate: true });
    expect([cut.stdout.length, cut.truncated]).toEqual([1_000, true]);
    await expect(git.run([], { maxOutputBytes: 1_000 })).rejects.toMatchObject({ code: 'git.output-too-large' });
  });

  test('a server that sends the credential back does not get it into the error', async () => {
    const said = `echo "remote: you sent ${AUTHORIZATION}, that is x-access-token:ghs_not-a-real-one" >&2; exit 1`;
    const error: unknown = await new Git({ binary: 'sh' })
      .ok(['-c', said], { remote: { url: 'https://forge.example/a/b.git', authorization: AUTHORIZATION } })
      .catch((thrown: unknown) => thrown);
    expect(messageOf(error)).toContain('[redacted]');
    expect(messageOf(error)).not.toContain('ghs_not');
    expect(messageOf(error)).not.toContain(AUTHORIZATION.slice(6));
  });
});
