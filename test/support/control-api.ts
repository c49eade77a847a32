import { readApiToken } from '../../src/api-token.ts';

/** The control API of a server whose DATA_DIR is at hand, as an operator on the same machine asks it. */
export async function controlApi(
  { signalbox, dataDir }: { readonly signalbox: { readonly url: string | null }; readonly dataDir: string },
  request: string,
  body: object = {},
): Promise<{ status: number; body: Record<string, unknown> }> {
  const [method = '', path = ''] = request.split(' ');
  const headers = { authorization: `Bearer ${await readApiToken(dataDir)}`, 'x-signalbox-actor': 'ops' };
  const response = await fetch(`${signalbox.url}${path}`, { method, headers, ...(method === 'GET' ? {} : { body: JSON.stringify(body) }) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
