import { randomBytes } from 'node:crypto'

/** 256 random bits, as 43 characters that may stand anywhere. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}
