import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { isGitRequest, serveGit, type GitDoor } from '../git/git-http.ts';
import { listen, type Listening } from './listen.ts';
import type { Caller, ForgeEnv } from './traffic.ts';

interface Serving<A extends Caller> {
  api: Hono<ForgeEnv<A>>;
  door: GitDoor<A>;
  violations: string[];
  /** 0 takes a free one. */
  port: number;
}

/** One address for git and for the API. */
export function serve<A extends Caller>({ api, door, violations, port }: Serving<A>): Promise<Listening> {
  const rest = getRequestListener((request, bindings) => api.fetch(request, bindings), { overrideGlobalObjects: false });
  const git = (request: IncomingMessage, response: ServerResponse) =>
    serveGit(door, request, response).catch((error: unknown) => {
      violations.push(`the stand-in itself failed on git: ${String(error)}`);
      response.destroy();
    });
  return listen((request, response) => void (isGitRequest(request) ? git(request, response) : rest(request, response)), port);
}
