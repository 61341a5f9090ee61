import { createHash, hkdfSync } from 'node:crypto'
import { argon2id } from '../../lib/argon2id.ts'
import { DomainError } from '../../lib/errors.ts'
import { createSlots } from '../../lib/slots.ts'
import type { KitHeader } from './kit-format.ts'

/** What a new kit costs whoever guesses. */
export const kdfCost = { memoryKib: 65_536, passes: 3, lanes: 1 } as const

const minLength = 12

/** @throws DomainError `invalid` for what is guessed too soon */
export function checkPassphrase(passphrase: string): void {
  if (Array.from(passphrase).length < minLength)
    throw new DomainError('invalid', `A passphrase needs at least ${minLength} characters.`)
}

/** The key that locks the private half of a kit's key. */
export async function deriveLock(passphrase: string, kdf: KitHeader['kdf']): Promise<Uint8Array> {
  const cost = { memoryKib: kdf.memory_kib, passes: kdf.passes, lanes: kdf.lanes }
  const secret = await inTurn(() => argon2id(passphrase, Buffer.from(kdf.salt, 'base64url'), cost))
  return expand(secret, 'holdfast kit key')
}

/**
 * What a locker hands a kit over for. It takes only the passphrase and the address that the account had, so that it can
 * be made where nothing else is left.
 * @param actorUri the id of the account that the kit is of
 * @returns 32 bytes in base64url
 */
export async function deriveClaim(passphrase: string, actorUri: string): Promise<string> {
  const salt = createHash('sha256').update(`holdfast locker ${actorUri}`).digest().subarray(0, 16)
  const secret = await inTurn(() => argon2id(passphrase, salt, kdfCost))
  return Buffer.from(expand(secret, 'holdfast locker claim')).toString('base64url')
}

/** What a locker keeps of a claim. */
export function digestClaim(claim: string): Buffer {
  return createHash('sha256').update(Buffer.from(claim, 'base64url')).digest()
}

/** Each takes a thread and 64 MiB or more for a while. */
const slots = createSlots({ total: 2, perKey: 2, maxWaiting: 20 })
const patienceMs = 30_000

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const release = await slots.take('', AbortSignal.timeout(patienceMs))
  if (release === undefined)
    throw new DomainError('unavailable', 'Too many kits are opened at once: try again in a moment.')
  try {
    return await work()
  } finally {
    release()
  }
}

function expand(secret: Uint8Array, use: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', use, 32))
}
