/** A module as it is: its exports by name. */
export type Module = Readonly<Record<string, unknown>>;

/**
 * Compares a registry with its folder, both ways. What the registry's entries have in common tells what an entry looks
 * like; every export of a sibling that looks like one must be registered, and every entry must come from a file: one that
 * exports it, or one that is named after it (for an entry that a factory in that file makes).
 *
 * @param siblings file name → module, without the registry itself
 */
export function registryProblems(registry: Module, siblings: ReadonlyMap<string, Module>): readonly string[] {
  const entries = Object.values(registry).filter(Array.isArray).flat().filter(isEntry);
  const shape = Object.keys(entries[0] ?? {}).filter((key) => entries.every((entry) => key in entry));
  if (shape.length < 2) return ['the registry exports no list of entries that have something in common'];

  const exported = new Set<unknown>();
  const problems: string[] = [];
  for (const [file, module] of siblings) {
    for (const [name, value] of Object.entries(module)) {
      if (!isEntry(value) || !shape.every((key) => key in value)) continue;
      exported.add(value);
      if (!entries.includes(value)) problems.push(`${file} exports ${name}, which is not in the registry`);
    }
  }
  for (const entry of entries) {
    const name = typeof entry['name'] === 'string' ? entry['name'] : 'an entry';
    if (!exported.has(entry) && !siblings.has(`${kebab(name)}.ts`))
      problems.push(`${name} is in the registry, and no file is named after it`);
  }
  return problems;
}

function isEntry(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kebab(name: string): string {
  return name.replaceAll('_', '-').toLowerCase();
}
