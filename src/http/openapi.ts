import { createRoute, OpenAPIHono, type RouteConfig } from '@hono/zod-openapi';
import type { z } from 'zod';
import type { Role } from '../domain/role.ts';
import { acceptJson } from './admission/accept-json.ts';
import { needs, type Admitted, type Manners } from './admission/admission.ts';
import { Problem, problem } from './problem.ts';

/** Routes that are documented by the schemas that check them. */
export type Api = OpenAPIHono<Admitted>;

export function newApi(): Api {
  return new OpenAPIHono<Admitted>({
    defaultHook: (result, c) => {
      if (result.success) return undefined;
      const details = result.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
      return problem(c, 400, 'http.invalid', 'The request is not what is taken here.', details);
    },
  });
}

/** An answer in JSON. */
export function json<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { description, content: { 'application/json': { schema } } };
}

/** A refusal in the one shape of all of them. */
export function refusal(description: string) {
  return json(Problem, description);
}

/** A body in JSON. `optional`: sending none counts as `{}`. */
export function body<Schema extends z.ZodType>(schema: Schema, { optional = false } = {}) {
  return { content: { 'application/json': { schema } }, required: !optional };
}

const REFUSALS = {
  400: refusal('The request is not what is taken here.'),
  401: refusal('There is no token, or it is not valid.'),
  403: refusal('The token’s role does not suffice, or the API answers only the machine that it runs on.'),
  413: refusal('The body is too large.'),
  429: refusal('Too many requests; `Retry-After` says when to come back.'),
  503: refusal('It could not be done now: a part that it needs does not answer.'),
};

type Guarded<Route extends Pick<RouteConfig, 'responses'>> = Omit<Route, 'responses'> & { responses: Route['responses'] & typeof REFUSALS };

/** A route that asks for a role. */
export function guarded<Route extends RouteConfig>(role: Role, route: Route, manners: Manners = {}): Guarded<Route> {
  const complete = {
    ...route,
    middleware: [needs(role, manners), ...(route.request?.body ? [acceptJson] : [])],
    security: [{ bearer: [] }],
    responses: { ...REFUSALS, ...route.responses },
    'x-role': role,
  };
  return createRoute(complete);
}
