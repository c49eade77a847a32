/** Exit codes of everything that asks a server. */
export const EXIT = { done: 0, refused: 1, unconfirmed: 2, unreachable: 3 } as const;
