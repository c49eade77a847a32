import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import { ADAPTERS, AREAS, type Area, MAY_MAKE_ADAPTERS, PORTS, SEEN_BY_PORTS } from './import-table.ts';
import { importsOf } from './imports.ts';

/** Every import that the table does not allow, as `file: sentence`. `sources`: path → text. */
export function forbiddenImports(sources: ReadonlyMap<string, string>): readonly string[] {
  const problems: string[] = [];
  for (const [file, text] of sources) {
    for (const specifier of importsOf(text)) {
      const problem = judge(file, specifier);
      if (problem) problems.push(`${file}: ${problem}`);
    }
  }
  return problems;
}

function judge(file: string, specifier: string | null): string | null {
  if (specifier === null) return 'an import() with a computed target cannot be judged';
  const from = partOf(file);
  if (!from) return 'belongs to no area of test/structure/import-table.ts';
  if (!specifier.startsWith('.')) return judgePackage(from, specifier);
  if (specifier.endsWith('.json')) return null;
  const target = posix.normalize(posix.join(posix.dirname(file), specifier));
  const to = partOf(target);
  if (!to) return `imports ${target}, which belongs to no area of test/structure/import-table.ts`;
  if (allowed(from, to)) return null;
  return `${shown(from)} may not import ${shown(to)} (${target})`;
}

/** Where a file stands: in an area, and in a port's folder also in which role. */
interface Part {
  readonly area: string;
  readonly may: readonly string[];
  readonly packages?: readonly string[] | undefined;
  readonly role: 'file' | 'contract' | 'factory' | 'adapter' | 'shared';
  /** The adapter's name, for a port's file that belongs to one. */
  readonly adapter: string | null;
}

function partOf(path: string): Part | null {
  const port = PORTS.find((name) => path.startsWith(`src/${name}/`));
  if (port) return portPartOf(port, path);
  if (path.startsWith('test/')) return { area: 'test', may: [], role: 'file', adapter: null };
  const area = areaOf(path);
  return area && { area: area.name, may: area.may, packages: area.packages, role: 'file', adapter: null };
}

function portPartOf(port: string, path: string): Part {
  const [first = ''] = path.slice(`src/${port}/`.length).split('/');
  const part = { area: port, may: SEEN_BY_PORTS, adapter: null };
  if (first === `${port}.ts`) return { ...part, role: 'contract' };
  if (first === 'index.ts') return { ...part, role: 'factory' };
  const adapter = first.replace(/\.ts$/, '');
  return ADAPTERS[port]?.includes(adapter) ? { ...part, role: 'adapter', adapter } : { ...part, role: 'shared' };
}

function areaOf(path: string): Area | null {
  let best: { area: Area; length: number } | null = null;
  for (const area of AREAS) {
    for (const prefix of area.paths) {
      const matches = prefix.endsWith('/') ? path.startsWith(prefix) : path === prefix;
      if (matches && prefix.length > (best?.length ?? -1)) best = { area, length: prefix.length };
    }
  }
  return best?.area ?? null;
}

function allowed(from: Part, to: Part): boolean {
  if (from.area === to.area) return allowedInside(from, to);
  if (to.role === 'factory') return MAY_MAKE_ADAPTERS.includes(from.area);
  if (to.role === 'adapter' || to.role === 'shared') return false;
  return from.may.includes(to.area);
}

/** In a port's folder the factory sees all; an adapter sees the contract, its own files and what all adapters share. */
function allowedInside(from: Part, to: Part): boolean {
  if (from.role === 'file' || from.role === 'factory') return true;
  if (to.role === 'factory') return false;
  if (from.role === 'contract') return to.role === 'contract';
  return to.role !== 'adapter' || to.adapter === from.adapter;
}

function judgePackage(from: Part, specifier: string): string | null {
  if (!specifier.startsWith('node:') && builtinModules.includes(specifier)) return `imports ${specifier} without the node: protocol`;
  if (!from.packages) return null;
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  return from.packages.includes(name) ? null : `${from.area} may not import the package ${name}`;
}

function shown(part: Part): string {
  if (part.role === 'file') return part.area;
  if (part.role === 'adapter') return `the ${part.area} adapter ${part.adapter}`;
  return part.role === 'shared' ? `what the ${part.area} adapters share` : `the ${part.area} ${part.role}`;
}
