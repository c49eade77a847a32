/**
 * Signalbox while everything around it fails: real processes that are killed, paused and cut off, seeded, and a look at the
 * end whether the promises held.
 *
 *   npm run chaos -- [--rounds N] [--seed S] [--setup embedded|cluster] [--agents K] [--docker|--process] [--minutes M] [--restart-engine COMMAND]
 */
import { runChaos } from './chaos.ts';
import { readOptions } from './options.ts';

const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupt.abort(new Error(`interrupted by ${signal}`)));
const options = readOptions(process.argv.slice(2), interrupt.signal);
const { rounds, seed, setup, docker, agents } = options;
console.log(
  `chaos: seed ${seed}, ${rounds} rounds, ${setup}, sandboxes ${docker ? 'in Docker' : 'as processes'}, ${agents} agents at once`,
);
const began = Date.now();
const { findings, figures } = await runChaos(options);
console.log(`\n${figures.join('\n')}\ntook ${Math.round((Date.now() - began) / 1000)} s`);
for (const { check, problem } of findings) console.log(`FAILED  ${check}: ${problem}`);
console.log(findings.length === 0 ? `\nall promises held (seed ${seed})` : `\n${findings.length} findings with seed ${seed}`);
process.exitCode = findings.length === 0 ? 0 : 1;
