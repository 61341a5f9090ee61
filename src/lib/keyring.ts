import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/** Secrets at rest: AES-256-GCM under a key derived from the root secret. */
export type Keyring = {
  /** @param purpose what the secret is and whose, e.g. `actor-key:42`: a wrapped secret opens for nothing else */
  wrap(purpose: string, secret: Buffer): Buffer
  /** @throws Error when the secret was wrapped for another purpose, under another root secret, or altered */
  unwrap(purpose: string, wrapped: Buffer): Buffer
  /** A key of 32 bytes for one use, so that no two uses share one. */
  derive(use: string): Buffer
}

const keyVersion = 1
const ivLength = 12
const tagLength = 16

/**
 * Layout of a wrapped secret: key version (1 byte), IV (12), tag (16), ciphertext.
 * @param rootSecret at least 32 random bytes
 */
export function createKeyring(rootSecret: Buffer): Keyring {
  const derive = (use: string): Buffer =>
    Buffer.from(hkdfSync('sha256', rootSecret, '', `holdfast:${use}`, 32))
  const key = derive(`wrap:v${keyVersion}`)

  const wrap = (purpose: string, secret: Buffer): Buffer => {
    const iv = randomBytes(ivLength)
    const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(purpose))
    const sealed = Buffer.concat([cipher.update(secret), cipher.final()])
    return Buffer.concat([Buffer.of(keyVersion), iv, cipher.getAuthTag(), sealed])
  }

  const unwrap = (purpose: string, wrapped: Buffer): Buffer => {
    const version = wrapped[0]
    if (version !== keyVersion) throw new Error(`Secret is wrapped with unknown key version ${version}`)
    const iv = wrapped.subarray(1, 1 + ivLength)
    const tag = wrapped.subarray(1 + ivLength, 1 + ivLength + tagLength)
    const decipher = createDecipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(purpose)).setAuthTag(tag)
    return Buffer.concat([decipher.update(wrapped.subarray(1 + ivLength + tagLength)), decipher.final()])
  }

  return { wrap, unwrap, derive }
}
