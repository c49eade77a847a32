/** What a source file imports, by type or by value, statically or on demand. `null`: an `import()` whose target is computed. */
export function importsOf(source: string): readonly (string | null)[] {
  const found: (string | null)[] = [];
  for (const match of source.matchAll(/^(?:import\s*|(?:import|export)\s[^;'"`]*?\bfrom\s*)['"]([^'"]+)['"]/gm))
    found.push(match[1] ?? null);
  for (const match of source.matchAll(/(?<![\w.$])import\(\s*(?:['"]([^'"]+)['"])?/g)) found.push(match[1] ?? null);
  return found;
}
