import type { Sender } from '../forge.ts';

interface Account {
  readonly login: string;
  readonly id: number;
  readonly type?: string | undefined;
}

/** How GitHub shows an account that was deleted. */
const GHOST: Account = { login: 'ghost', id: 10137, type: 'User' };

export function toSender(account: Account | null | undefined): Sender {
  const { login, id, type } = account ?? GHOST;
  return { login, id, isBot: type === 'Bot' || login.endsWith('[bot]') };
}
