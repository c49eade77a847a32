/**
 * Rewrites `openapi-slice.json` from GitHub's own OpenAPI description.
 *
 *     npm install --prefix "$(mktemp -d)" @octokit/openapi@23     # some 390 MB: never a dependency
 *     node test/support/github/refresh-openapi-slice.ts THAT_FOLDER/node_modules/@octokit/openapi
 *
 * The slice holds the operations named here and the schemas that they reach, as plain JSON Schema: prose and
 * examples are dropped, OpenAPI 3.0's `nullable` becomes a `null` type.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { follow, isObject, list, object, printSlice, type Json, type JsonObject } from '../forge/conformance/json.ts';

const REPO = '/repos/{owner}/{repo}';

const OPERATIONS = [
  'GET /app',
  'GET /app/hook/config',
  'GET /app/hook/deliveries',
  'GET /app/installations',
  'GET /app/installations/{installation_id}',
  'POST /app/installations/{installation_id}/access_tokens',
  'GET /installation/repositories',
  'GET /rate_limit',
  'GET /user',
  'GET /users/{username}',
  `GET ${REPO}`,
  `GET ${REPO}/installation`,
  `GET ${REPO}/collaborators/{username}/permission`,
  `GET ${REPO}/branches`,
  `GET ${REPO}/branches/{branch}`,
  `GET ${REPO}/issues`,
  `POST ${REPO}/issues`,
  `GET ${REPO}/issues/{issue_number}`,
  `PATCH ${REPO}/issues/{issue_number}`,
  `GET ${REPO}/issues/{issue_number}/comments`,
  `POST ${REPO}/issues/{issue_number}/comments`,
  `GET ${REPO}/issues/events`,
  `GET ${REPO}/issues/comments`,
  `GET ${REPO}/issues/comments/{comment_id}`,
  `PATCH ${REPO}/issues/comments/{comment_id}`,
  `DELETE ${REPO}/issues/comments/{comment_id}`,
  `GET ${REPO}/labels`,
  `POST ${REPO}/labels`,
  `GET ${REPO}/labels/{name}`,
  `GET ${REPO}/issues/{issue_number}/labels`,
  `POST ${REPO}/issues/{issue_number}/labels`,
  `PUT ${REPO}/issues/{issue_number}/labels`,
  `DELETE ${REPO}/issues/{issue_number}/labels`,
  `DELETE ${REPO}/issues/{issue_number}/labels/{name}`,
  `GET ${REPO}/issues/{issue_number}/reactions`,
  `POST ${REPO}/issues/{issue_number}/reactions`,
  `DELETE ${REPO}/issues/{issue_number}/reactions/{reaction_id}`,
  `GET ${REPO}/issues/comments/{comment_id}/reactions`,
  `POST ${REPO}/issues/comments/{comment_id}/reactions`,
  `DELETE ${REPO}/issues/comments/{comment_id}/reactions/{reaction_id}`,
  `GET ${REPO}/pulls`,
  `POST ${REPO}/pulls`,
  `GET ${REPO}/pulls/{pull_number}`,
  `PATCH ${REPO}/pulls/{pull_number}`,
  `GET ${REPO}/pulls/{pull_number}/commits`,
  `GET ${REPO}/pulls/{pull_number}/files`,
  `PUT ${REPO}/pulls/{pull_number}/merge`,
  `GET ${REPO}/pulls/{pull_number}/reviews`,
  `POST ${REPO}/pulls/{pull_number}/reviews`,
  `GET ${REPO}/pulls/{pull_number}/reviews/{review_id}`,
  `GET ${REPO}/pulls/{pull_number}/reviews/{review_id}/comments`,
  `GET ${REPO}/pulls/{pull_number}/comments`,
  `POST ${REPO}/check-runs`,
  `GET ${REPO}/check-runs/{check_run_id}`,
  `PATCH ${REPO}/check-runs/{check_run_id}`,
  `GET ${REPO}/check-runs/{check_run_id}/annotations`,
  `POST ${REPO}/check-runs/{check_run_id}/rerequest`,
  `GET ${REPO}/check-suites/{check_suite_id}/check-runs`,
  `GET ${REPO}/commits/{ref}/check-runs`,
  `GET ${REPO}/commits/{ref}/status`,
  `GET ${REPO}/commits/{ref}/statuses`,
  `POST ${REPO}/statuses/{sha}`,
  `GET ${REPO}/git/ref/{ref}`,
  `GET ${REPO}/git/matching-refs/{ref}`,
  `DELETE ${REPO}/git/refs/{ref}`,
  `GET ${REPO}/commits`,
  `GET ${REPO}/commits/{ref}`,
  `GET ${REPO}/compare/{basehead}`,
  `GET ${REPO}/contents/{path}`,
];

/**
 * Answers that the description gets wrong. An installation's account is a user or an enterprise; in the list it
 * is said to be both at once, which no answer can be.
 */
const CORRECTIONS: Record<string, Json> = {
  'GET /app/installations 200': { type: 'array', items: { $ref: '#/components/schemas/installation' } },
};

const PROSE = new Set(['description', 'title', 'example', 'examples', 'externalDocs', 'deprecated', 'default', 'readOnly']);
const MAPS_OF_SCHEMAS = new Set(['properties', 'patternProperties', 'definitions']);
const SET_ASIDE = new Set(['enum', 'required', 'const']);

/** An OpenAPI 3.0 schema as JSON Schema, and the names of the components that it reaches. */
function toJsonSchema(schema: Json, reached: Set<string>): Json {
  if (Array.isArray(schema)) return schema.map((item) => toJsonSchema(item, reached));
  if (!isObject(schema)) return schema;
  const clean: JsonObject = {};
  for (const [key, value] of Object.entries(schema)) {
    if (PROSE.has(key) || key.startsWith('x-') || key === 'nullable') continue;
    if (key === '$ref' && typeof value === 'string') {
      const name = value.replace('#/components/schemas/', '');
      reached.add(name);
      clean['$ref'] = `github#/definitions/${name}`;
    } else if (SET_ASIDE.has(key)) {
      clean[key] = value;
    } else if (MAPS_OF_SCHEMAS.has(key) && isObject(value)) {
      clean[key] = Object.fromEntries(Object.entries(value).map(([name, item]) => [name, toJsonSchema(item, reached)]));
    } else {
      clean[key] = toJsonSchema(value, reached);
    }
  }
  return schema['nullable'] === true ? nullable(clean) : clean;
}

function nullable(schema: JsonObject): JsonObject {
  if (typeof schema['type'] !== 'string') return { anyOf: [schema, { type: 'null' }] };
  const values = schema['enum'];
  const withNull: JsonObject = Array.isArray(values) && !values.includes(null) ? { enum: [...values, null] } : {};
  return { ...schema, type: [schema['type'], 'null'], ...withNull };
}

/** Follows `#/components/parameters/x` and `#/components/responses/x`. */
function resolve(document: JsonObject, value: Json): JsonObject {
  const node = object(value);
  const ref = node['$ref'];
  if (typeof ref !== 'string') return node;
  return object(follow(document, ref));
}

function jsonSchemaOf(content: Json | undefined): Json | undefined {
  return object(object(content)['application/json'])['schema'];
}

function sliceOperation(document: JsonObject, name: string, reached: Set<string>): JsonObject {
  const [method = '', route = ''] = name.split(' ');
  const item = object(object(document['paths'])[route]);
  const operation = item[method.toLowerCase()];
  if (!isObject(operation)) throw new Error(`GitHub's description has no ${name}`);
  const listed = [item['parameters'], operation['parameters']].flatMap(list);
  const parameters = listed.map((entry) => {
    const parameter = resolve(document, entry);
    const schema = toJsonSchema(parameter['schema'] ?? {}, reached);
    return { name: parameter['name'] ?? '', in: parameter['in'] ?? '', required: parameter['required'] === true, schema };
  });
  const responses: JsonObject = {};
  for (const [status, entry] of Object.entries(object(operation['responses']))) {
    const schema = CORRECTIONS[`${name} ${status}`] ?? jsonSchemaOf(resolve(document, entry)['content']);
    responses[status] = schema === undefined ? null : toJsonSchema(schema, reached);
  }
  const body = resolve(document, operation['requestBody'] ?? null);
  const schema = jsonSchemaOf(body['content']);
  if (schema === undefined) return { parameters, responses };
  return { parameters, body: { required: body['required'] === true, schema: toJsonSchema(schema, reached) }, responses };
}

function slice(document: JsonObject, version: string): JsonObject {
  const reached = new Set(['basic-error']);
  const operations = Object.fromEntries(OPERATIONS.map((name) => [name, sliceOperation(document, name, reached)]));
  const definitions: JsonObject = {};
  const schemas = object(object(document['components'])['schemas']);
  for (const name of reached) definitions[name] = toJsonSchema(schemas[name] ?? {}, reached);
  return { source: `@octokit/openapi ${version}, api.github.com`, operations, definitions };
}

function readJson(file: string): JsonObject {
  return object(JSON.parse(readFileSync(file, 'utf8')) as Json);
}

const folder = process.argv[2];
if (folder === undefined) throw new Error('say where @octokit/openapi is unpacked');
const version = JSON.stringify(readJson(path.join(folder, 'package.json'))['version']).replaceAll('"', '');
const document = readJson(path.join(folder, 'generated/api.github.com.json'));
writeFileSync(new URL('openapi-slice.json', import.meta.url), printSlice(slice(document, version)));
