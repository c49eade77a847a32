import { readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { Gate } from '../../gates/gate.ts';
import { GATES } from '../../gates/registry.ts';

const FOLDER = new URL('../../gates/', import.meta.url);

function isGate(value: unknown): value is Gate {
  return typeof value === 'object' && value !== null && 'find' in value && 'read' in value && 'missing' in value;
}

test('every file that holds a gate is in the registry under its own name, and the other way round', async () => {
  const held: string[] = [];
  for (const file of await readdir(FOLDER)) {
    if (!file.endsWith('.ts')) continue;
    const module = (await import(new URL(file, FOLDER).href)) as Record<string, unknown>;
    const gates = Object.values(module).filter((value) => isGate(value));
    for (const gate of gates) expect(`${gate.name}.ts`).toBe(file);
    held.push(...gates.map((gate) => gate.name));
  }
  expect(held.toSorted()).toEqual(GATES.map((gate) => gate.name).toSorted());
});

test('names and titles are fit for a check, and unique', () => {
  for (const gate of GATES) expect(gate.name).toMatch(/^[a-z][a-z0-9-]*$/);
  expect(new Set(GATES.map((gate) => gate.title)).size).toBe(GATES.length);
});
