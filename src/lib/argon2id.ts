import * as crypto from 'node:crypto'
import { argon2idAsync } from '@noble/hashes/argon2.js'

export type Argon2idCost = {
  readonly memoryKib: number
  readonly passes: number
  readonly lanes: number
}

/**
 * 32 bytes from a passphrase (RFC 9106), off the event loop where Node can do it (24.7 and later) and in slices on it
 * elsewhere.
 */
export function argon2id(passphrase: string, salt: Uint8Array, cost: Argon2idCost): Promise<Buffer> {
  const message = Buffer.from(passphrase.normalize('NFKC'))
  return 'argon2' in crypto ? deriveNatively(message, salt, cost) : deriveInSlices(message, salt, cost)
}

/** What Node before 24.7 uses; gives the same bytes. */
export async function deriveInSlices(
  message: Uint8Array,
  salt: Uint8Array,
  { memoryKib, passes, lanes }: Argon2idCost,
): Promise<Buffer> {
  return Buffer.from(await argon2idAsync(message, salt, { t: passes, m: memoryKib, p: lanes, dkLen: 32 }))
}

function deriveNatively(
  message: Uint8Array,
  salt: Uint8Array,
  { memoryKib, passes, lanes }: Argon2idCost,
): Promise<Buffer> {
  const parameters = { message, nonce: salt, memory: memoryKib, passes, parallelism: lanes, tagLength: 32 }
  return new Promise((resolve, reject) => {
    crypto.argon2('argon2id', parameters, (error, key) => (error ? reject(error) : resolve(key)))
  })
}
