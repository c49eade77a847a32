import { createHash } from 'node:crypto';

/** Thinking comes back signed, so that a changed or invented one is noticed. */
export function signatureOf(thinking: string): string {
  return createHash('sha256').update(`scripted:${thinking}`).digest('base64');
}

export function isOwnSignature(thinking: string, signature: string): boolean {
  return signatureOf(thinking) === signature;
}
