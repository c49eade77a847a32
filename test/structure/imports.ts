/** What a source file imports, by type or by value, statically or on demand. `null`: an `import()` whose target is computed. */
export function importsOf(source: string): readonly (string | null)[] {
  const found: (string | null)[] = [];
  for (const match of source.matchAll(/^(?:import\s*|(?:import|export)\s[^;'"`]*?\bfrom\s*)['"]([^'"]+)['"]/gm))
    found.push(match[1] ?? null);
  for (const match of source.matchAll(/(?<![\w.$])import\(\s*(?:['"]([^'"]+)['"])?/g)) found.push(match[1] ?? null);
  return found;
}

/** What is loaded as soon as the file is: its static imports, without those of types alone. */
export function loadedImportsOf(source: string): readonly string[] {
  const statements = source.matchAll(/^(?:import\s*|(?:import|export)\s(?!type\s)[^;'"`]*?\bfrom\s*)['"]([^'"]+)['"]/gm);
  return [...statements].flatMap((match) => match[1] ?? []);
}
