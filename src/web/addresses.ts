import type { Forge } from '../forge/forge.ts';

/** Where things are: on our own pages, and on the forge. Pure. */

export interface Subject {
  readonly forge: string;
  readonly repository: string;
  readonly number: number;
}

export function taskAddress(id: string): string {
  return `/task/${id}`;
}

export function repositoryAddress({ forge, repository }: Pick<Subject, 'forge' | 'repository'>): string {
  return `/repositories/${[forge, ...repository.split('/')].map(encodeURIComponent).join('/')}`;
}

/** A list with these filters, those without a value left out. */
export function listAddress(path: string, filters: Readonly<Record<string, string | number | null | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filters))
    if (value !== null && value !== undefined && value !== '') query.set(name, String(value));
  return query.size === 0 ? path : `${path}?${query.toString()}`;
}

/** null: the forge is not one of this server's settings any more. Only web addresses are answered: a page links to them. */
export function forgeAddress(
  forges: readonly Forge[],
  { forge, repository }: Pick<Subject, 'forge' | 'repository'>,
  place: Parameters<Forge['webUrl']>[1],
): string | null {
  const address = forges.find(({ name }) => name === forge)?.webUrl(repository, place) ?? null;
  return address !== null && /^https?:\/\//.test(address) ? address : null;
}

/** Readable for whoever has it, as the transcript is. */
export function gateAddress(agentId: string, gate: string): string {
  return `/agents/${agentId}/gates/${encodeURIComponent(gate)}`;
}
