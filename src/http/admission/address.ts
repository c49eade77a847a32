import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';
import { BlockList, isIPv6 } from 'node:net';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** Where a request comes from as its connection says, which is the proxy where there is one; empty inside this process. */
export function addressOf(c: Context): string {
  return (c.env as object | undefined) && 'incoming' in (c.env as object) ? (getConnInfo(c).remote.address ?? '') : '';
}

/** Whether it comes from this machine, and was not passed on from another one. */
export function isFromHere(c: Context): boolean {
  if (['forwarded', 'x-forwarded-for', 'x-real-ip'].some((name) => c.req.header(name) !== undefined)) return false;
  const address = addressOf(c);
  return address === '' || LOOPBACK.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}
