import { coverageOfFiles } from './coverage.ts';
import type { Coverage } from './coverage.ts';

const MODE = /^mode: (set|count|atomic)$/m;
const BLOCK = /^(.+):(\d+)\.\d+,(\d+)\.\d+ (\d+) (\d+)$/;

interface Block {
  readonly from: number;
  readonly to: number;
  readonly statements: number;
  readonly ran: boolean;
}

/** Go's cover profile. Go counts statements and not lines; `module` is cut from the paths, which begin with it. */
export function parseGoCover(text: string, module: string | null = null): Coverage | null {
  if (!MODE.test(text)) return null;
  const files = new Map<string, Map<string, Block>>();
  for (const line of text.split('\n')) {
    const match = BLOCK.exec(line);
    if (match === null) continue;
    const [, path = '', from, to, statements, count] = match;
    const blocks = files.get(path) ?? new Map<string, Block>();
    files.set(path, blocks);
    const key = line.slice(0, line.lastIndexOf(' '));
    const ran = Number(count) > 0 || (blocks.get(key)?.ran ?? false);
    blocks.set(key, { from: Number(from), to: Number(to), statements: Number(statements), ran });
  }
  return coverageOfFiles([...files].map(([path, blocks]) => fileOf(withoutModule(path, module), [...blocks.values()])));
}

function fileOf(path: string, blocks: readonly Block[]): { path: string; found: number; hit: number; missed: number[] } {
  const total = (list: readonly Block[]): number => list.reduce((sum, block) => sum + block.statements, 0);
  const missed = blocks.filter((block) => !block.ran).map((block) => block.from);
  return {
    path,
    found: total(blocks),
    hit: total(blocks.filter((block) => block.ran)),
    missed: [...new Set(missed)].toSorted((a, b) => a - b),
  };
}

function withoutModule(path: string, module: string | null): string {
  return module !== null && path.startsWith(`${module}/`) ? path.slice(module.length + 1) : path;
}
