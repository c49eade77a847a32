import { docsPage } from '../web/docs-page.ts';
import type { Api } from './openapi.ts';

const INFO = {
  openapi: '3.1.0',
  info: {
    title: 'Signalbox',
    version: '1',
    description:
      'Starts, watches and stops coding agents. Everything that is refused has one shape: `{"error": {"code", "message", "details"?}}`. ' +
      'Who asks is noted in the audit log; `X-Signalbox-Actor` adds a name to a token that several people share.',
  },
};

/** `/openapi.json`, made from the same schemas that check the requests, and `/docs`, which shows it. Open to everybody. */
export function describeApi(app: Api): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: '`signalbox token create` makes one. An operation’s `x-role` is the least that it needs.',
  });
  let document: ReturnType<Api['getOpenAPI31Document']> | undefined;
  const describe = () => (document ??= app.getOpenAPI31Document(INFO));
  app.get('/openapi.json', (c) => c.json(describe()));
  app.get('/docs', () => docsPage(describe()));
}
