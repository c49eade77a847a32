/** Whether only this machine itself can reach it. */
export function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]' || /^127(?:\.\d+){3}$/.test(hostname);
}

/** Without a user name, a password or a query, which may be secrets. */
export function shownAddress(url: string): string {
  if (!URL.canParse(url)) return 'something that is not a URL';
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
