/** A page of the repository, or the repository itself. */
export type WebPath = { number: number } | { commit: string } | { branch: string };

/**
 * The host that people and git use, from the API's address: api.github.com → github.com, api.TENANT.ghe.com →
 * TENANT.ghe.com, a GitHub Enterprise Server's HOST/api/v3 → HOST.
 */
export function webOrigin(apiUrl: string): string {
  const url = new URL(apiUrl);
  const hosted = url.hostname === 'api.github.com' || /^api\.[^.]+\.ghe\.com$/.test(url.hostname);
  return `${url.protocol}//${hosted ? url.host.slice('api.'.length) : url.host}`;
}

/** GitHub leads `/issues/n` on to the pull request where n is one. */
export function webUrl(origin: string, repository: string, path: WebPath): string {
  const page = `${origin}/${repository}`;
  if ('number' in path) return `${page}/issues/${path.number}`;
  if ('commit' in path) return `${page}/commit/${path.commit}`;
  return `${page}/tree/${path.branch.split('/').map(encodeURIComponent).join('/')}`;
}
