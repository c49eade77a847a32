/** What scripts that cut descriptions down to slices share. */

export type Json = null | boolean | number | string | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Empty for what is none. */
export function object(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

export function list(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

/** What `#/a/b` names in a document. */
export function follow(document: JsonObject, ref: string): Json | undefined {
  let found: Json | undefined = document;
  for (const step of ref.replace('#/', '').split('/')) found = object(found)[step];
  return found;
}

/** One operation or definition a line, so that a refresh reads as a list of what changed. */
export function printSlice(value: JsonObject): string {
  const section = (name: string) =>
    Object.entries(object(value[name]))
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, entry]) => `${JSON.stringify(key)}:${JSON.stringify(entry)}`)
      .join(',\n');
  return `{"source":${JSON.stringify(value['source'])},\n"operations":{\n${section('operations')}},\n"definitions":{\n${section('definitions')}}}\n`;
}
