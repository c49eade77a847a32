import { randomInt, randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SignalboxError } from '../../src/errors.ts';
import type { ExecResult, Sandbox, SandboxCommand, SandboxEngine, SandboxSpec } from '../../src/sandbox/sandbox.ts';
import { makeSandboxFolder, untilTrue } from '../support/sandbox-folder.ts';

const never = new AbortController().signal;

/**
 * What src/sandbox/sandbox.ts promises, for every engine. `makeEngine` is given an instance id: two engines with the
 * same one are the same Signalbox before and after a crash.
 */
export function sandboxContract(
  name: string,
  makeEngine: (instanceId: string) => SandboxEngine,
  options: { skip?: string | false } = {},
): void {
  describe.skipIf(options.skip)(`the sandbox contract, by ${name}`, () => {
    let instanceId: string;
    let engine: SandboxEngine;
    let folders: string[] = [];
    let sandboxes: Sandbox[] = [];

    beforeEach(() => {
      instanceId = `test-${randomUUID()}`;
      engine = makeEngine(instanceId);
    });

    afterEach(async () => {
      await Promise.all(sandboxes.map((sandbox) => sandbox[Symbol.asyncDispose]()));
      await engine.sweep(new Set());
      await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
      sandboxes = [];
      folders = [];
    });

    async function spec(agentId: string = randomUUID()): Promise<SandboxSpec> {
      const hostFolder = await makeSandboxFolder();
      folders.push(hostFolder);
      return { agentId, role: 'agent', hostFolder, network: 'none', limits: { memoryMb: 256, cpus: 1, processes: 128, tmpMb: 32 } };
    }

    async function open(by: SandboxEngine = engine, agentId?: string): Promise<Sandbox & { folder: string }> {
      const wanted = await spec(agentId);
      const sandbox = await by.create(wanted, never);
      sandboxes.push(sandbox);
      return Object.assign(sandbox, { folder: wanted.hostFolder });
    }

    test('check says in a sentence whether a sandbox could be made', async () => {
      expect(await engine.check()).toEqual({ ok: true, detail: expect.stringMatching(/\w{3}/) });
    });

    describe('a command', () => {
      const exitCodes: [line: string, expected: number][] = [
        ['true', 0],
        ['exit 3', 3],
        ['kill -9 $$', 137],
        ['kill -15 $$', 143],
      ];
      test.each(exitCodes)('%s exits with %i', async (line, expected) => {
        const result = await shell(await open(), line);
        expect(result).toMatchObject({ exitCode: expected, timedOut: false });
      });

      test('that does not exist, or has no folder to start in, is an exit code with a word about it', async () => {
        const sandbox = await open();
        const absent = await run(sandbox, { argv: ['no-such-command-anywhere'] });
        expect([126, 127]).toContain(absent.exitCode);
        expect(absent.output).toContain('no-such-command-anywhere');
        const nowhere = await run(sandbox, { argv: ['true'], cwd: 'no-such-folder' });
        expect([126, 127]).toContain(nowhere.exitCode);
        expect(nowhere.output).toContain('no-such-folder');
      });

      test('is given its arguments as they are, without a shell', async () => {
        const result = await run(await open(), { argv: ['printf', '%s|', 'a b', '$HOME', '*', '"', '; exit 1', '', 'ü'] });
        expect(result.stdout).toBe('a b|$HOME|*|"|; exit 1||ü|');
      });

      test('leaves stdout alone in `stdout`, and both streams in order in `output`', async () => {
        const sandbox = await open();
        let heard = '';
        // Each stream waits until the other was heard: two pipes have no order within one moment.
        const line = 'wait_for() { until [ -e $1 ]; do sleep 0.02; done; }; echo one; wait_for one; echo two >&2; wait_for two; echo three';
        const onOutput = (text: string): void => {
          heard += text;
          void writeFile(join(sandbox.folder, text.trim()), '');
        };
        const result = await shell(sandbox, line, { onOutput });
        expect(result).toMatchObject({ stdout: 'one\nthree\n', output: 'one\ntwo\nthree\n', truncated: false });
        expect(heard).toBe(result.output);
      });

      test('reads its stdin byte for byte, to the end of it', async () => {
        const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7 + (index >> 8)) % 256));
        const sandbox = await open();
        const result = await shell(sandbox, 'cat >received; wc -c <received', { stdin: bytes });
        expect(result.stdout.trim()).toBe('300000');
        expect(bytes.equals(await readFile(join(sandbox.folder, 'received')))).toBe(true);
      });

      test('that does not read its stdin ends all the same', async () => {
        const result = await run(await open(), { argv: ['true'], stdin: Buffer.alloc(3_000_000, 1) });
        expect(result).toMatchObject({ exitCode: 0, output: '' });
      });

      test('without stdin meets its end at once', async () => {
        expect(await run(await open(), { argv: ['cat'] })).toMatchObject({ exitCode: 0, output: '' });
      });

      test('starts in the root, or in the folder below it that was named', async () => {
        const sandbox = await open();
        await mkdir(join(sandbox.folder, 'a', 'b'), { recursive: true });
        expect((await run(sandbox, { argv: ['pwd'] })).stdout.trim()).toBe(sandbox.root);
        expect((await run(sandbox, { argv: ['pwd'], cwd: 'a/b' })).stdout.trim()).toBe(join(sandbox.root, 'a/b'));
      });

      test('sees and changes the host folder', async () => {
        const sandbox = await open();
        await writeFile(join(sandbox.folder, 'given'), 'from the host');
        await shell(sandbox, 'cp given made');
        expect(await readFile(join(sandbox.folder, 'made'), 'utf8')).toBe('from the host');
      });

      test('has a home that it can write to', async () => {
        const result = await shell(await open(), 'echo kept >"$HOME/.rc" && cat "$HOME/.rc" && echo "$HOME"');
        expect(result.stdout).toMatch(/^kept\n.*\/home\n$/);
      });

      test('has a clean environment, whatever the worker’s own holds', async () => {
        process.env['PLANTED_SECRET'] = 'planted-secret-value';
        try {
          const result = await run(await open(), { argv: ['env'], env: { ADDED: 'by the caller' } });
          const allowed = ['ADDED', 'CI', 'GIT_TERMINAL_PROMPT', 'HOME', 'HOSTNAME', 'LANG', 'PATH', 'PWD', 'OLDPWD', 'SHLVL', '_', 'TERM'];
          const names = result.stdout
            .trim()
            .split('\n')
            .map((entry) => entry.split('=')[0] ?? '');
          expect(names.filter((variable) => !allowed.includes(variable) && !/^(SANDBOX|PIP)_/.test(variable))).toEqual([]);
          expect(result.stdout).toContain('ADDED=by the caller\n');
          expect(result.stdout).toContain('CI=true\n');
          expect(result.stdout).not.toContain('planted');
        } finally {
          delete process.env['PLANTED_SECRET'];
        }
      });

      test('whose output is too long keeps its start and its end, and goes on', async () => {
        const sandbox = await open();
        const result = await shell(sandbox, 'echo first; yes ä | head -c 300000; echo; echo last; touch done', { maxOutputBytes: 1000 });
        expect(result.truncated).toBe(true);
        expect(result.output).toMatch(/^first\n/);
        expect(result.output).toMatch(/\nlast\n$/);
        expect(result.output).toMatch(/\n\[299\d{3} bytes of output were cut here\]\n/);
        expect(result.output).not.toContain('\ufffd');
        expect(Buffer.byteLength(result.output)).toBeLessThan(1100);
        expect(Buffer.byteLength(result.stdout)).toBeLessThan(1100);
        expect(await readFile(join(sandbox.folder, 'done'), 'utf8')).toBe('');
      });

      test('that leaves a process in the background, holding its output open, is over when it exits', async () => {
        const result = await shell(await open(), 'sleep 3600 & echo started', { timeoutMs: 60_000 });
        expect(result).toMatchObject({ exitCode: 0, stdout: 'started\n' });
      });

      test('runs beside others in the same sandbox', async () => {
        const sandbox = await open();
        const waiting = shell(sandbox, 'until [ -e go ]; do sleep 0.02; done; echo met');
        await shell(sandbox, 'touch go');
        expect((await waiting).stdout).toBe('met\n');
      });
    });

    describe('ending a command', () => {
      // A number that no other process on the machine carries in its arguments, found without finding the finder.
      const number = `9${randomInt(1e8, 1e9)}`;
      const tree = `setsid sleep ${number} & (trap '' TERM HUP; sleep ${number}) & sleep ${number}`;
      const search = `grep -lsE '[9]${number.slice(1)}' /proc/[0-9]*/cmdline`;

      test('its timeout ends it with its grandchildren, and says what it had said until then', async () => {
        const sandbox = await open();
        expect((await shell(sandbox, `sleep ${number} & ${search}; kill $!`)).stdout).toContain('/proc/');
        const result = await shell(sandbox, `echo begun; ${tree}`, { timeoutMs: 2_000 });
        expect(result).toMatchObject({ exitCode: null, timedOut: true, output: 'begun\n' });
        expect((await shell(sandbox, search)).stdout).toBe('');
      });

      test('the caller’s signal ends it with its grandchildren, with the reason given', async () => {
        const sandbox = await open();
        const stop = new AbortController();
        const reason = new Error('the task was killed');
        const ended = sandbox.exec(
          command({ argv: ['bash', '-c', `${tree} & echo ready; wait`], onOutput: () => stop.abort(reason) }),
          stop.signal,
        );
        await expect(ended).rejects.toBe(reason);
        expect((await shell(sandbox, search)).stdout).toBe('');
      });

      test('a signal that was aborted before starts nothing', async () => {
        const sandbox = await open();
        const reason = new Error('too late');
        await expect(sandbox.exec(command({ argv: ['touch', 'started'] }), AbortSignal.abort(reason))).rejects.toBe(reason);
        expect((await run(sandbox, { argv: ['ls'] })).stdout).not.toContain('started');
      });

      test('spares another command of the same sandbox', async () => {
        const sandbox = await open();
        const other = shell(sandbox, 'touch other; until [ -e go ]; do sleep 0.02; done; echo spared');
        await shell(sandbox, 'until [ -e other ]; do sleep 0.02; done');
        await shell(sandbox, tree, { timeoutMs: 1_000 });
        expect((await shell(sandbox, search)).stdout).toBe('');
        await shell(sandbox, 'touch go');
        expect(await other).toMatchObject({ exitCode: 0, stdout: 'spared\n' });
      });
    });

    describe('disposing', () => {
      test('ends what runs, and refuses what comes after, as a sandbox that is gone', async () => {
        const sandbox = await open();
        const ended = running(sandbox, 'sleep 3600');
        await begun(sandbox);
        await sandbox[Symbol.asyncDispose]();
        expect(await ended).toBeInstanceOf(SignalboxError);
        expect(await ended).toMatchObject({ code: 'sandbox.gone', retryable: true });
        await expect(shell(sandbox, 'true')).rejects.toMatchObject({ code: 'sandbox.gone' });
      });

      test('twice, and twice at once, is fine', async () => {
        const sandbox = await open();
        await Promise.all([sandbox[Symbol.asyncDispose](), sandbox[Symbol.asyncDispose]()]);
        await sandbox[Symbol.asyncDispose]();
      });

      test('leaves the host folder as it is', async () => {
        const sandbox = await open();
        await shell(sandbox, 'echo result >made');
        await sandbox[Symbol.asyncDispose]();
        expect(await readFile(join(sandbox.folder, 'made'), 'utf8')).toBe('result\n');
      });
    });

    describe('creating', () => {
      test('with an aborted signal rejects with its reason and leaves nothing', async () => {
        const reason = new Error('not wanted any more');
        await expect(engine.create(await spec(), AbortSignal.abort(reason))).rejects.toBe(reason);
        expect(await engine.sweep(new Set())).toBe(0);
      });

      test('that is aborted on the way leaves nothing', async () => {
        const stop = new AbortController();
        const creating = engine.create(await spec('changeable'), stop.signal).then(
          (sandbox) => sandboxes.push(sandbox),
          (error: unknown) => error,
        );
        stop.abort(new Error('changed my mind'));
        expect(await creating).toBe(stop.signal.reason);
        await engine.remove('changeable');
        expect(await engine.list()).toEqual([]);
      });

      test('gives a sandbox that the signal removes, with the command that runs in it', async () => {
        const stop = new AbortController();
        const reason = new Error('the task was killed');
        const sandbox = await engine.create(await spec('killed'), stop.signal);
        sandboxes.push(sandbox);
        const ended = sandbox.exec(
          command({ argv: ['bash', '-c', 'echo ready; sleep 600'], onOutput: () => stop.abort(reason) }),
          stop.signal,
        );
        await expect(ended).rejects.toBe(reason);
        await untilTrue(async () => (await engine.list()).length === 0);
        await expect(sandbox.exec(command({ argv: ['true'] }), never)).rejects.toMatchObject({ code: 'sandbox.gone' });
      });

      test('on a folder that does not exist fails with the next step and leaves nothing', async () => {
        const wanted = { ...(await spec()), hostFolder: '/no/such/folder' };
        await expect(engine.create(wanted, never)).rejects.toMatchObject({
          code: 'sandbox.start-failed',
          nextStep: expect.stringContaining('DATA_DIR'),
        });
        expect(await engine.sweep(new Set())).toBe(0);
      });
    });

    describe('removing what an agent has', () => {
      test('from another process ends all of it, and nothing of others', async () => {
        const other = makeEngine(`other-${instanceId}`);
        const [first, second] = [await open(engine, 'doomed'), await open(engine, 'doomed')];
        const spared = [await open(engine, 'doomed-not'), await open(other, 'doomed')];
        const ended = running(first, 'sleep 3600');
        const survivors = spared.map((sandbox) => shell(sandbox, 'touch started; until [ -e go ]; do sleep 0.02; done; echo alive'));
        for (const sandbox of [first, ...spared]) await begun(sandbox);
        // As the server does after a worker: an engine of the same instance, which made none of them.
        const outside = makeEngine(instanceId);
        expect(await outside.remove('doomed')).toBe(2);
        expect(await ended).toMatchObject({ code: 'sandbox.gone', retryable: true });
        for (const sandbox of [first, second]) await expect(shell(sandbox, 'true')).rejects.toMatchObject({ code: 'sandbox.gone' });
        expect(await outside.list()).toEqual([{ agentId: 'doomed-not', id: spared[0]?.id }]);
        for (const sandbox of spared) await writeFile(join(sandbox.folder, 'go'), '');
        expect((await Promise.all(survivors)).map((result) => result.stdout)).toEqual(['alive\n', 'alive\n']);
      });

      test('again, at once, or of an agent that has nothing is fine', async () => {
        const sandbox = await open(engine, 'doomed');
        await Promise.all([engine.remove('doomed'), makeEngine(instanceId).remove('doomed'), sandbox[Symbol.asyncDispose]()]);
        expect(await engine.remove('doomed')).toBe(0);
        expect(await engine.remove('nobody')).toBe(0);
      });

      test('meets what is just being made', async () => {
        const stop = new AbortController();
        const wanted = [await spec('doomed'), await spec('doomed')];
        const outcomes = Promise.allSettled(wanted.map((each) => engine.create(each, stop.signal)));
        stop.abort(new Error('killed'));
        await engine.remove('doomed');
        expect(await engine.list()).toEqual([]);
        for (const outcome of await outcomes) expect(outcome).toEqual({ status: 'rejected', reason: stop.signal.reason });
      });

      test('with an aborted signal rejects with its reason', async () => {
        const reason = new Error('the server stops');
        await expect(engine.remove('nobody', AbortSignal.abort(reason))).rejects.toBe(reason);
      });
    });

    test('the list names every sandbox of this instance with its agent, idle and frozen ones too', async () => {
      const [idle, frozen] = [await open(engine, 'agent: one/1 ü%'), await open(engine, 'two')];
      await open(makeEngine(`other-${instanceId}`));
      await using _ = await frozen.freeze(never);
      const expected = [
        { agentId: 'agent: one/1 ü%', id: idle.id },
        { agentId: 'two', id: frozen.id },
      ];
      expect((await makeEngine(instanceId).list()).sort((a, b) => a.agentId.localeCompare(b.agentId))).toEqual(expected);
    });

    describe('frozen', () => {
      /** A process in the background that writes as fast as it can. */
      async function writing(): Promise<{ sandbox: Sandbox & { folder: string }; size: () => Promise<number> }> {
        const sandbox = await open(engine, 'writer');
        await shell(sandbox, '(while :; do echo more >>grows; done) >/dev/null 2>&1 &');
        const size = async () => (await stat(join(sandbox.folder, 'grows')).catch(() => ({ size: 0 }))).size;
        await grown(size, 0);
        return { sandbox, size };
      }

      async function grown(size: () => Promise<number>, from: number): Promise<void> {
        await untilTrue(async () => (await size()) > from);
      }

      test('nothing inside runs, and goes on afterwards', async () => {
        const { sandbox, size } = await writing();
        const before = await (async () => {
          await using _ = await sandbox.freeze(never);
          const frozenAt = await size();
          for (let look = 1; look <= 20; look += 1) {
            await delay(10);
            expect(await size()).toBe(frozenAt);
          }
          return frozenAt;
        })();
        await grown(size, before);
      });

      test('twice, it lasts until the last one is disposed', async () => {
        const { sandbox, size } = await writing();
        const [first, second] = await Promise.all([sandbox.freeze(never), sandbox.freeze(never)]);
        const frozenAt = await size();
        await first[Symbol.asyncDispose]();
        await first[Symbol.asyncDispose]();
        await delay(50);
        expect(await size()).toBe(frozenAt);
        await second[Symbol.asyncDispose]();
        await grown(size, frozenAt);
      });

      test('a command waits, and one that is aborted meanwhile never starts', async () => {
        const sandbox = await open();
        const freeze = await sandbox.freeze(never);
        const later = shell(sandbox, 'echo later');
        const stop = new AbortController();
        const dropped = sandbox.exec(command({ argv: ['touch', 'dropped'] }), stop.signal);
        stop.abort(new Error('not wanted any more'));
        await expect(dropped).rejects.toBe(stop.signal.reason);
        await freeze[Symbol.asyncDispose]();
        expect((await later).stdout).toBe('later\n');
        expect((await run(sandbox, { argv: ['ls'] })).stdout).not.toContain('dropped');
      });

      test('a command that is just starting runs all the same, or later', async () => {
        const sandbox = await open();
        for (let round = 1; round <= 5; round += 1) {
          const starting = shell(sandbox, `echo ${round}`);
          await (await sandbox.freeze(never))[Symbol.asyncDispose]();
          expect(await starting).toMatchObject({ exitCode: 0, output: `${round}\n` });
        }
      });

      test('a running command is ended by its signal, at once and for good', async () => {
        const { sandbox, size } = await writing();
        const stop = new AbortController();
        const ended = sandbox.exec(command({ argv: ['bash', '-c', 'touch started; while :; do echo x >>loops; done'] }), stop.signal);
        await begun(sandbox);
        const freeze = await sandbox.freeze(never);
        stop.abort(new Error('killed'));
        await expect(ended).rejects.toBe(stop.signal.reason);
        const loops = async () => (await stat(join(sandbox.folder, 'loops'))).size;
        const [left, frozenAt] = [await loops(), await size()];
        await delay(50);
        expect(await size()).toBe(frozenAt);
        await freeze[Symbol.asyncDispose]();
        expect((await shell(sandbox, 'echo fine')).stdout).toBe('fine\n');
        expect(await loops()).toBe(left);
      });

      const endings: [how: string, end: (sandbox: Sandbox) => unknown][] = [
        ['disposed', (sandbox) => sandbox[Symbol.asyncDispose]()],
        ['removed', () => makeEngine(instanceId).remove('writer')],
        ['swept', () => makeEngine(instanceId).sweep(new Set())],
      ];
      test.each(endings)('it is %s without waiting for the thaw', async (_, end) => {
        const { sandbox, size } = await writing();
        const ended = running(sandbox, 'sleep 3600');
        await begun(sandbox);
        const freeze = await sandbox.freeze(never);
        const waiting = shell(sandbox, 'true').catch((error: unknown) => error);
        await end(sandbox);
        const left = await size();
        expect(await engine.list()).toEqual([]);
        await freeze[Symbol.asyncDispose]().then(undefined, (error: unknown) => expect(error).toMatchObject({ code: 'sandbox.gone' }));
        expect(await ended).toMatchObject({ code: 'sandbox.gone' });
        expect(await waiting).toMatchObject({ code: 'sandbox.gone' });
        expect(await size()).toBe(left);
      });

      test('and removed by somebody else meanwhile, what was read is worth nothing', async () => {
        const sandbox = await open(engine, 'writer');
        const freeze = await sandbox.freeze(never);
        await makeEngine(instanceId).remove('writer');
        await expect(freeze[Symbol.asyncDispose]()).rejects.toMatchObject({ code: 'sandbox.gone', retryable: true });
      });

      test('freezing is refused of what is disposed, and with an aborted signal', async () => {
        const sandbox = await open();
        const reason = new Error('too late');
        await expect(sandbox.freeze(AbortSignal.abort(reason))).rejects.toBe(reason);
        const stop = new AbortController();
        const freezing = sandbox.freeze(stop.signal);
        stop.abort(reason);
        await freezing.then(
          (freeze) => freeze[Symbol.asyncDispose](),
          (error: unknown) => expect(error).toBe(reason),
        );
        expect((await shell(sandbox, 'echo thawed')).stdout).toBe('thawed\n');
        await sandbox[Symbol.asyncDispose]();
        await expect(sandbox.freeze(never)).rejects.toMatchObject({ code: 'sandbox.gone' });
      });
    });

    test('two sandboxes do not see each other’s files', async () => {
      const [first, second] = [await open(), await open()];
      await shell(first, 'echo secret >mine');
      expect((await shell(second, 'ls -a . "$HOME"')).stdout).not.toContain('mine');
    });

    test('a sweep ends what this instance left behind, but for the agents to keep and other instances', async () => {
      const other = makeEngine(`other-${instanceId}`);
      const [left, kept, foreign] = [await open(engine, 'left'), await open(engine, 'kept'), await open(other, 'left')];
      const ended = shell(left, 'touch started; sleep 3600').catch((error: unknown) => error);
      const survivors = [kept, foreign].map((sandbox) => shell(sandbox, 'touch started; until [ -e go ]; do sleep 0.02; done; echo alive'));
      for (const sandbox of [left, kept, foreign]) await begun(sandbox);
      // As after a crash: a new engine of the same instance, which made none of them.
      expect(await makeEngine(instanceId).sweep(new Set(['kept']))).toBe(1);
      await ended;
      for (const sandbox of [kept, foreign]) await writeFile(join(sandbox.folder, 'go'), '');
      expect((await Promise.all(survivors)).map((result) => result.stdout)).toEqual(['alive\n', 'alive\n']);
    });

    test('a sweep asks whom to keep when it knows what there is', async () => {
      const agents = new Set(['early']);
      await open(engine, 'early');
      await open(engine, 'over');
      const swept = engine.sweep(async () => {
        if (!agents.has('late')) {
          agents.add('late');
          await open(engine, 'late');
        }
        return agents;
      });
      expect(await swept).toBe(1);
      expect((await engine.list()).map(({ agentId }) => agentId).sort()).toEqual(['early', 'late']);
    });
  });
}

/** A command that says when it has begun; what it ended with, or how it failed. */
function running(sandbox: Sandbox, line: string): Promise<unknown> {
  return shell(sandbox, `touch started; ${line}`, { timeoutMs: 60_000 }).catch((error: unknown) => error);
}

async function begun({ folder }: { folder: string }): Promise<void> {
  await untilTrue(async () => (await readFile(join(folder, 'started')).catch(() => undefined)) !== undefined);
}

function command(wanted: Partial<SandboxCommand> & { argv: readonly string[] }): SandboxCommand {
  return { timeoutMs: 20_000, maxOutputBytes: 100_000, ...wanted };
}

function run(sandbox: Sandbox, wanted: Partial<SandboxCommand> & { argv: readonly string[] }): Promise<ExecResult> {
  return sandbox.exec(command(wanted), never);
}

function shell(sandbox: Sandbox, line: string, wanted: Partial<SandboxCommand> = {}): Promise<ExecResult> {
  return run(sandbox, { ...wanted, argv: ['bash', '-c', line] });
}
