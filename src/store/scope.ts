import { sql, type SQL, type SQLWrapper } from 'drizzle-orm';

/** A repository of a forge. */
export interface Place {
  readonly forge: string;
  readonly repository: string;
}

/** What a read may tell of: everything, or what is in these repositories, and nothing of the instance as a whole. */
export type Scope = 'everything' | readonly Place[];

/** Whether a row whose repository is in these two columns may be told of. */
export function within(scope: Scope, row: { readonly forge: SQLWrapper; readonly repository: SQLWrapper }): SQL {
  if (scope === 'everything') return sql`true`;
  if (scope.length === 0) return sql`false`;
  const places = scope.map(({ forge, repository }) => sql`(${forge}, ${repository})`);
  return sql`(${row.forge}, ${row.repository}) in (${sql.join(places, sql`, `)})`;
}

export function isWithin(scope: Scope, { forge, repository }: Place): boolean {
  return scope === 'everything' || scope.some((place) => place.forge === forge && place.repository === repository);
}
