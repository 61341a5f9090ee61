import { randomBytes } from 'node:crypto'
import { CompactEncrypt, compactDecrypt, exportJWK, generateKeyPair } from 'jose'
import { DomainError } from '../../lib/errors.ts'
import { lockedKey, type KitHeader, type LockedKey } from './kit-format.ts'
import { deriveLock, kdfCost } from './passphrase.ts'

/** Whose kit it is, and which key of theirs signs its copies. */
export type KitOwner = Pick<LockedKey, 'account' | 'actor' | 'signed_by'>

/**
 * The head of every copy of a new kit. The passphrase and the private key are forgotten when this returns: copies are
 * made with what is public.
 */
export async function createKitHeader(passphrase: string, owner: KitOwner): Promise<KitHeader> {
  const { publicKey, privateKey } = await generateKeyPair('ECDH-ES+A256KW', {
    crv: 'X25519',
    extractable: true,
  })
  const salt = randomBytes(16).toString('base64url')
  const { memoryKib, passes, lanes } = kdfCost
  const kdf = { name: 'argon2id', memory_kib: memoryKib, passes, lanes, salt } as const
  const secret = JSON.stringify({ private_key: await exportJWK(privateKey), ...owner })
  const locked = await new CompactEncrypt(Buffer.from(secret))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .encrypt(await deriveLock(passphrase, kdf))
  const { x } = await exportJWK(publicKey)
  return {
    format: 'holdfast-kit',
    version: 1,
    kdf,
    public_key: { kty: 'OKP', crv: 'X25519', x: x! },
    locked_key: locked,
  }
}

/** @throws DomainError `forbidden` when the passphrase is another one, or the head was altered */
export async function openKitHeader(header: KitHeader, passphrase: string): Promise<LockedKey> {
  const lock = await deriveLock(passphrase, header.kdf)
  const opened = await decrypt(header.locked_key, lock)
  const key = lockedKey.safeParse(opened)
  if (!key.success || key.data.private_key.x !== header.public_key.x)
    throw new DomainError('forbidden', 'The passphrase does not open this kit.')
  return key.data
}

async function decrypt(locked: string, lock: Uint8Array): Promise<unknown> {
  try {
    const { plaintext } = await compactDecrypt(locked, lock, {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    })
    return JSON.parse(new TextDecoder().decode(plaintext))
  } catch {
    return undefined
  }
}
