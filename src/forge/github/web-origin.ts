/**
 * The host that people and git use, from the API's address: api.github.com → github.com, api.TENANT.ghe.com →
 * TENANT.ghe.com, a GitHub Enterprise Server's HOST/api/v3 → HOST.
 */
export function webOrigin(apiUrl: string): string {
  const url = new URL(apiUrl);
  const hosted = url.hostname === 'api.github.com' || /^api\.[^.]+\.ghe\.com$/.test(url.hostname);
  return `${url.protocol}//${hosted ? url.host.slice('api.'.length) : url.host}`;
}
