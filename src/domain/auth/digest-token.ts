import { hash } from 'node:crypto'

/** What is kept of a token: 32 bytes by which it is found again, and which open nothing. */
export function digestToken(token: string): Buffer {
  return hash('sha256', token, 'buffer')
}
