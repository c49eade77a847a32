import type { LabelWish } from './forge.ts';

interface Named {
  readonly name: string;
}

/** Forges take a label's name in any case for the same one. `create` answers false where somebody else was faster. */
export async function createMissing(
  there: readonly Named[],
  wishes: readonly LabelWish[],
  create: (wish: LabelWish) => Promise<boolean>,
): Promise<{ created: string[] }> {
  const names = new Set(there.map(({ name }) => name.toLowerCase()));
  const created: string[] = [];
  for (const wish of wishes) {
    if (names.has(wish.name.toLowerCase())) continue;
    names.add(wish.name.toLowerCase());
    if (await create(wish)) created.push(wish.name);
  }
  return { created };
}
