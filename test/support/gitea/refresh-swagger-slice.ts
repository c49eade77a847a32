/**
 * Rewrites `swagger-slice.json` from Gitea's own Swagger 2 description: `templates/swagger/v1_json.tmpl` of its sources,
 * or what a server gives at `/swagger.v1.json`.
 *
 *     node test/support/gitea/refresh-swagger-slice.ts THAT_FILE "Gitea 1.26"
 *
 * The slice holds the operations named here and the definitions that they reach, as plain JSON Schema, prose dropped.
 * Swagger 2 cannot say what may be null, and Gitea's does not say which fields are always there. Go's types do: an answer
 * has every field, but for those that are left out when empty; lists, structures and some times may be null, and addresses of mail empty.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { follow, isObject, list, object, printSlice, type Json, type JsonObject } from '../forge/conformance/json.ts';

const REPO = '/repos/{owner}/{repo}';

const OPERATIONS = [
  'GET /version',
  'GET /user',
  'GET /user/repos',
  'GET /users/{username}',
  'GET /orgs/{org}/labels',
  'GET /repos/search',
  `GET ${REPO}`,
  `GET ${REPO}/branches`,
  `GET ${REPO}/branches/{branch}`,
  `DELETE ${REPO}/branches/{branch}`,
  `GET ${REPO}/collaborators/{collaborator}/permission`,
  `GET ${REPO}/commits`,
  `GET ${REPO}/commits/{ref}/status`,
  `GET ${REPO}/commits/{ref}/statuses`,
  `GET ${REPO}/contents`,
  `GET ${REPO}/contents/{filepath}`,
  `GET ${REPO}/git/commits/{sha}`,
  `GET ${REPO}/git/refs/{ref}`,
  `GET ${REPO}/hooks`,
  `POST ${REPO}/hooks`,
  `GET ${REPO}/hooks/{id}`,
  `PATCH ${REPO}/hooks/{id}`,
  `DELETE ${REPO}/hooks/{id}`,
  `POST ${REPO}/hooks/{id}/tests`,
  `GET ${REPO}/issues`,
  `POST ${REPO}/issues`,
  `GET ${REPO}/issues/{index}`,
  `PATCH ${REPO}/issues/{index}`,
  `GET ${REPO}/issues/comments`,
  `GET ${REPO}/issues/comments/{id}`,
  `PATCH ${REPO}/issues/comments/{id}`,
  `DELETE ${REPO}/issues/comments/{id}`,
  `GET ${REPO}/issues/comments/{id}/reactions`,
  `POST ${REPO}/issues/comments/{id}/reactions`,
  `DELETE ${REPO}/issues/comments/{id}/reactions`,
  `GET ${REPO}/issues/{index}/comments`,
  `POST ${REPO}/issues/{index}/comments`,
  `GET ${REPO}/issues/{index}/timeline`,
  `GET ${REPO}/issues/{index}/labels`,
  `POST ${REPO}/issues/{index}/labels`,
  `PUT ${REPO}/issues/{index}/labels`,
  `DELETE ${REPO}/issues/{index}/labels`,
  `DELETE ${REPO}/issues/{index}/labels/{id}`,
  `GET ${REPO}/issues/{index}/reactions`,
  `POST ${REPO}/issues/{index}/reactions`,
  `DELETE ${REPO}/issues/{index}/reactions`,
  `GET ${REPO}/labels`,
  `POST ${REPO}/labels`,
  `GET ${REPO}/labels/{id}`,
  `PATCH ${REPO}/labels/{id}`,
  `DELETE ${REPO}/labels/{id}`,
  `GET ${REPO}/pulls`,
  `POST ${REPO}/pulls`,
  `GET ${REPO}/pulls/{base}/{head}`,
  `GET ${REPO}/pulls/{index}`,
  `GET ${REPO}/pulls/{index}.{diffType}`,
  `PATCH ${REPO}/pulls/{index}`,
  `GET ${REPO}/pulls/{index}/commits`,
  `GET ${REPO}/pulls/{index}/files`,
  `GET ${REPO}/pulls/{index}/merge`,
  `POST ${REPO}/pulls/{index}/merge`,
  `GET ${REPO}/pulls/{index}/reviews`,
  `POST ${REPO}/pulls/{index}/reviews`,
  `GET ${REPO}/pulls/{index}/reviews/{id}`,
  `DELETE ${REPO}/pulls/{index}/reviews/{id}`,
  `GET ${REPO}/pulls/{index}/reviews/{id}/comments`,
  `POST ${REPO}/pulls/{index}/reviews/{id}/dismissals`,
  `GET ${REPO}/raw/{filepath}`,
  `GET ${REPO}/statuses/{sha}`,
  `POST ${REPO}/statuses/{sha}`,
];

/** `omitempty` in Gitea's `modules/structs`. */
const LEFT_OUT_WHEN_EMPTY = new Set([
  'ChangedFile.contents_url',
  'ChangedFile.html_url',
  'ChangedFile.previous_filename',
  'ChangedFile.raw_url',
  'ContentsResponse.last_author_date',
  'ContentsResponse.last_commit_message',
  'ContentsResponse.last_commit_sha',
  'ContentsResponse.last_committer_date',
  'ContentsResponse.lfs_oid',
  'ContentsResponse.lfs_size',
  'PullRequest.additions',
  'PullRequest.changed_files',
  'PullRequest.deletions',
  'PullRequest.review_comments',
  'Repository.external_tracker',
  'Repository.external_wiki',
  'Repository.internal_tracker',
  'Repository.parent',
  'Repository.permissions',
  'Repository.repo_transfer',
]);

/** Which the description forgets, and which is in every answer. */
const FORGOTTEN: Record<string, JsonObject> = { User: { username: { type: 'string' } } };

/** Of a commit without any status. */
const MORE_WORDS: Record<string, Json[]> = { 'CombinedStatus.state': [''] };

/** Pointers there, and so null where there is nothing. */
const NULL_WHEN_EMPTY = /^(closed_at|due_date|merged_at|merge_commit_sha)$/;
const NULL_IN_CONTENTS = /^(content|download_url|encoding|git|git_url|html|html_url|self|submodule_git_url|target|url)$/;

const PROSE = new Set(['description', 'title', 'example', 'default', 'externalDocs', 'deprecated']);

/** A Swagger 2 schema as JSON Schema; says each definition that it names. */
function toJsonSchema(schema: Json, reach: (name: string) => void): Json {
  if (Array.isArray(schema)) return schema.map((item) => toJsonSchema(item, reach));
  if (!isObject(schema)) return schema;
  const clean: JsonObject = {};
  for (const [key, value] of Object.entries(schema)) {
    if (key === '$ref' && typeof value === 'string') {
      const name = value.replace('#/definitions/', '');
      reach(name);
      clean['$ref'] = `gitea#/definitions/${name}`;
    } else if (key === 'properties') {
      clean[key] = Object.fromEntries(Object.entries(object(value)).map(([name, item]) => [name, toJsonSchema(item, reach)]));
    } else if (!PROSE.has(key) && !key.startsWith('x-') && !(key === 'format' && value === 'email')) {
      clean[key] = key === 'enum' || key === 'required' ? value : toJsonSchema(value, reach);
    }
  }
  return clean;
}

/** Of an answer: with every field, and nothing else. */
function strict(name: string, schema: JsonObject): JsonObject {
  if (!isObject(schema['properties'])) return schema;
  const properties = { ...schema['properties'], ...FORGOTTEN[name] };
  const entries = Object.entries(properties).map(([key, value]) => [key, mayBeNull(name, key, object(value))] as const);
  const required = entries.map(([key]) => key).filter((key) => !LEFT_OUT_WHEN_EMPTY.has(`${name}.${key}`));
  return { ...schema, properties: Object.fromEntries(entries), required, additionalProperties: false };
}

function mayBeNull(name: string, key: string, described: JsonObject): JsonObject {
  const words = MORE_WORDS[`${name}.${key}`];
  const schema = words ? { ...described, enum: [...list(described['enum']), ...words] } : described;
  const ofContents = name === 'ContentsResponse' || name === 'FileLinksResponse';
  const structure = typeof schema['$ref'] === 'string' && !schema['$ref'].endsWith('Type');
  const empty = structure || schema['type'] === 'array' || NULL_WHEN_EMPTY.test(key) || (ofContents && NULL_IN_CONTENTS.test(key));
  return empty ? { anyOf: [schema, { type: 'null' }] } : schema;
}

class Cutter {
  readonly #document: JsonObject;
  readonly #definitions: JsonObject = {};

  constructor(document: JsonObject) {
    this.#document = document;
  }

  slice(source: string): JsonObject {
    const operations = Object.fromEntries(OPERATIONS.map((name) => [name, this.#operation(name)]));
    return { source, operations, definitions: this.#definitions };
  }

  #operation(name: string): JsonObject {
    const [method = '', route = ''] = name.split(' ');
    const operation = object(object(this.#document['paths'])[route])[method.toLowerCase()];
    if (!isObject(operation)) throw new Error(`Gitea's description has no ${name}`);
    const all = list(operation['parameters']).map(object);
    const parameters = all.filter((one) => one['in'] !== 'body').map(toParameter);
    const responses: JsonObject = {};
    for (const [status, entry] of Object.entries(object(operation['responses']))) responses[status] = this.#response(object(entry));
    const body = all.find((one) => one['in'] === 'body');
    if (!body) return { parameters, responses };
    return { parameters, body: { required: body['required'] === true, schema: this.#schema(body['schema'] ?? {}, false) }, responses };
  }

  #response(entry: JsonObject): Json {
    const found = typeof entry['$ref'] === 'string' ? object(follow(this.#document, entry['$ref'])) : entry;
    const schema = found['schema'];
    if (!isObject(schema) || schema['type'] === 'file') return null;
    const whole = this.#schema(schema, true);
    // A list without anything in it is often Go's null.
    return schema['type'] === 'array' ? { anyOf: [whole, { type: 'null' }] } : whole;
  }

  #schema(schema: Json, answer: boolean): Json {
    return toJsonSchema(schema, (name) => this.#define(name, answer));
  }

  #define(name: string, answer: boolean): void {
    if (name in this.#definitions) return;
    this.#definitions[name] = {};
    const schema = object(this.#schema(follow(this.#document, `#/definitions/${name}`) ?? {}, answer));
    this.#definitions[name] = answer ? strict(name, schema) : schema;
  }
}

/** Swagger 2 writes a parameter's type beside its name. */
function toParameter({ name = '', in: place = '', required, ...schema }: JsonObject): JsonObject {
  const { collectionFormat: _, ...rest } = object(toJsonSchema(schema, () => {}));
  return { name, in: place, required: required === true, schema: rest };
}

const [file, version] = process.argv.slice(2);
if (file === undefined || version === undefined) throw new Error('say where the description is, and whose it is');
const text = readFileSync(file, 'utf8').replaceAll(/\{\{[^}]*\}\}/g, '');
const cut = new Cutter(object(JSON.parse(text) as Json)).slice(version);
writeFileSync(new URL('swagger-slice.json', import.meta.url), printSlice(cut));
