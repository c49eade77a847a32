import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Github } from '../support/github/github.ts';
import { forgeFault } from './forge-faults.ts';
import type { Look } from './look.ts';
import type { Member } from './member.ts';
import type { Operator } from './operator.ts';
import type { ChaosOptions } from './options.ts';
import type { Random } from './random.ts';
import { LEASE_SECONDS, type Site } from './site.ts';

export interface StormParts {
  readonly options: ChaosOptions;
  readonly site: Site;
  readonly github: Github;
  readonly look: Look;
  readonly operator: Operator;
  readonly random: Random;
}

const run = promisify(execFile);

type Fault = 'kill' | 'pause' | 'restart' | 'database' | 'postmaster' | 'valkey' | 'engine' | 'engine-restart' | 'forge' | 'halt';

/** Lets things go wrong, one after another, until disposed; then everything that it broke is whole again. */
export class Storm {
  /** How often what went wrong. */
  readonly counts = new Map<string, number>();
  readonly #parts: StormParts;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  #engineTroubled = false;
  readonly #under = new Set<Promise<void>>();

  constructor(parts: StormParts) {
    this.#parts = parts;
    this.#running = this.#run();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await Promise.all(this.#under);
    for (const member of this.#parts.site.members) member.start();
  }

  async #run(): Promise<void> {
    const { random, options } = this.#parts;
    while (!this.#stop.signal.aborted) {
      await delay(random.between(...options.pace), undefined, { signal: this.#stop.signal }).catch(() => {});
      if (this.#stop.signal.aborted) return;
      const fault = random.draw(this.#faults());
      const way = this.#apply(fault, random.fork(`fault ${[...this.counts.values()].reduce((sum, one) => sum + one, 0)}`)).catch(
        (error: unknown) => options.say(`a fault could not be made: ${String(error)}`),
      );
      this.#under.add(way);
      void way.finally(() => this.#under.delete(way));
    }
  }

  #faults(): (readonly [Fault, number])[] {
    const { site, options } = this.#parts;
    return [
      ['kill', 5],
      ['pause', 2],
      ['restart', 2],
      ['database', 2],
      ['postmaster', site.postgresData === null ? 0 : 0.7],
      ['valkey', site.valkey ? 2 : 0],
      ['engine', site.dockerWire ? 2 : 0],
      ['engine-restart', site.dockerWire && options.restartEngine !== null ? 1 : 0],
      ['forge', 5],
      ['halt', 1],
    ];
  }

  async #apply(fault: Fault, random: Random): Promise<void> {
    const { site, github } = this.#parts;
    switch (fault) {
      case 'kill':
        return this.#with(random, async (member) => {
          this.#count(`${member.role} killed (SIGKILL)`);
          await member.kill();
          await delay(random.between(0, 3_000));
          member.start();
        });
      case 'pause':
        return this.#with(random, async (member) => {
          this.#count(`${member.role} paused for longer than the lease`);
          await member.pause(LEASE_SECONDS * 1000 + random.between(500, 4_000));
        });
      case 'restart':
        return this.#with(random, async (member) => {
          this.#count(`${member.role} restarted (SIGTERM)`);
          await member.stop();
          member.start();
        });
      case 'database':
        return this.#cutDatabase(random);
      case 'postmaster':
        this.#count('embedded database killed (SIGKILL)');
        return killPostmaster(site.postgresData);
      case 'valkey': {
        const keepData = random.chance(0.5);
        this.#count(`Valkey killed, ${keepData ? 'with' : 'without'} its data`);
        return site.valkey?.restart({ keepData, downMs: random.between(0, 3_000) });
      }
      case 'engine': {
        return this.#trouble(random);
      }
      case 'halt':
        return this.#halt(random);
      case 'engine-restart':
        return this.#restartEngine();
      case 'forge': {
        const { name, rule } = forgeFault(random);
        this.#count(`forge: ${name}`);
        const made = github.fail(rule);
        await delay(random.between(1_000, 6_000));
        return made.cancel();
      }
    }
  }

  async #halt(random: Random): Promise<void> {
    const { operator } = this.#parts;
    this.#count('instance halted');
    await operator.setHalt('/halt');
    await delay(random.between(1_000, 6_000));
    return operator.setHalt('/resume');
  }

  async #cutDatabase(random: Random): Promise<void> {
    const { databaseWire } = this.#parts.site;
    if (databaseWire && random.chance(0.7)) {
      const hang = random.chance(0.4);
      this.#count(`database ${hang ? 'hung' : 'cut off'}`);
      return hang ? databaseWire.hang(random.between(500, 6_000)) : databaseWire.cut(random.between(0, 6_000));
    }
    this.#count('database connections ended');
    await this.#parts.look.once(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'signalbox%' and pid <> pg_backend_pid()",
    );
  }

  async #trouble(random: Random): Promise<void> {
    const { dockerWire } = this.#parts.site;
    if (!dockerWire || this.#engineTroubled) return;
    const way = random.pick(['cut off', 'hung', 'mute'] as const);
    this.#count(`Docker engine ${way}`);
    this.#engineTroubled = true;
    if (way === 'cut off') await dockerWire.cut();
    else dockerWire.hang(way === 'hung' ? 'everything' : 'answers');
    await delay(random.between(500, 8_000));
    await dockerWire.resume();
    this.#engineTroubled = false;
  }

  /** Its containers end with it. */
  async #restartEngine(): Promise<void> {
    const { restartEngine } = this.#parts.options;
    if (restartEngine === null || this.#engineTroubled) return;
    this.#count('Docker engine restarted');
    this.#engineTroubled = true;
    await run('sh', ['-c', restartEngine]);
    this.#engineTroubled = false;
  }

  /** Some member that nothing happens to yet; nothing at all when there is none. */
  async #with(random: Random, work: (member: Member) => Promise<void>): Promise<void> {
    const free = this.#parts.site.members.filter(({ busy, isUp }) => !busy && isUp);
    if (free.length === 0) return;
    const member = random.pick(free);
    member.busy = true;
    try {
      await work(member);
    } finally {
      member.busy = false;
    }
  }

  #count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }
}

async function killPostmaster(data: string | null): Promise<void> {
  if (data === null) return;
  const pid = Number.parseInt(await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => ''), 10);
  if (Number.isNaN(pid)) return;
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  if (commandLine.includes('cluster_name=signalbox-')) process.kill(pid, 'SIGKILL');
}
