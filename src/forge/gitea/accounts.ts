import type { Sender } from '../forge.ts';

interface Account {
  readonly login: string;
  readonly id: number;
}

/** How Gitea shows an account that was deleted. */
const GHOST: Account = { login: 'Ghost', id: -1 };

/** Gitea does not say which accounts are programs. */
export function toSender(account: Account | null | undefined): Sender {
  const { login, id } = account ?? GHOST;
  return { login, id, isBot: false };
}
