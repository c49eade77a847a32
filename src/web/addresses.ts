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

export function repositoryAddress(place: Pick<Subject, 'forge' | 'repository'>): string {
  return `/repositories/${pathOf(place)}`;
}

/** What is done to a whole repository. */
export function actionAddress(place: Pick<Subject, 'forge' | 'repository'>): string {
  return `/at/${pathOf(place)}`;
}

function pathOf({ forge, repository }: Pick<Subject, 'forge' | 'repository'>): string {
  return [forge, ...repository.split('/')].map(encodeURIComponent).join('/');
}

/** Where a sign-in through a forge begins. */
export function forgeSignInAddress(forge: string): string {
  return `/sign-in/${encodeURIComponent(forge)}`;
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

/** The transcript, readable for whoever has the address; and so are the gates. */
export function agentAddress(agentId: string): string {
  return `/agents/${agentId}`;
}

export function gateAddress(agentId: string, gate: string): string {
  return `${agentAddress(agentId)}/gates/${encodeURIComponent(gate)}`;
}
