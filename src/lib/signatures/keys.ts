import { createPrivateKey, createPublicKey, generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import { decodeBase58, encodeBase58 } from './base58.ts'
import type { KeyObject, KeyPairKeyObjectResult } from 'node:crypto'

const generate = promisify(generateKeyPair)

/** RSA-2048: every fediverse server takes it, and a signature costs an eighth of RSA-4096's. */
export function generateRsaKeyPair(): Promise<KeyPairKeyObjectResult> {
  return generate('rsa', { modulusLength: 2048 })
}

export function generateEd25519KeyPair(): Promise<KeyPairKeyObjectResult> {
  return generate('ed25519', {})
}

/** SPKI in PEM, as `publicKeyPem` publishes it. */
export function exportPublicKeyPem(publicKey: KeyObject): string {
  return publicKey.export({ type: 'spki', format: 'pem' }).toString()
}

/** PKCS#8 in DER: what is wrapped and kept. */
export function exportPrivateKeyDer(privateKey: KeyObject): Buffer {
  return privateKey.export({ type: 'pkcs8', format: 'der' })
}

/** @throws when `der` is no PKCS#8 key: what we stored ourselves is damaged. */
export function importPrivateKeyDer(der: Buffer): KeyObject {
  return createPrivateKey({ key: der, type: 'pkcs8', format: 'der' })
}

const MAX_PEM_LENGTH = 4096
const PUBLIC_PEM =
  /^\s*-----BEGIN (RSA )?PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END (?:RSA )?PUBLIC KEY-----\s*$/
/** Keys in use have 65537 or less; a long exponent makes each verification as slow as a signature. */
const MAX_EXPONENT = 2n ** 33n

/**
 * Reads somebody's `publicKeyPem`: an RSA key of 2048 to 8192 bits, SPKI or PKCS#1, however its lines are broken.
 * Undefined for anything else; never throws.
 */
export function parsePublicKeyPem(pem: string): KeyObject | undefined {
  const match = pem.length <= MAX_PEM_LENGTH ? PUBLIC_PEM.exec(pem) : null
  if (!match) return undefined
  const [, isPkcs1, base64 = ''] = match
  const type = isPkcs1 ? 'pkcs1' : 'spki'
  const key = importPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type })
  return key && isSoundRsa(key) ? key : undefined
}

function isSoundRsa(key: KeyObject): boolean {
  if (key.asymmetricKeyType !== 'rsa') return false
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {}
  const isSizeSound = modulusLength >= 2048 && modulusLength <= 8192
  return isSizeSound && publicExponent >= 3n && publicExponent < MAX_EXPONENT
}

/** The multicodec of an Ed25519 public key, then its 32 bytes (FEP-521a, W3C Controlled Identifiers section 2.2.2). */
const ED25519_PREFIX = Buffer.from([0xed, 0x01])
const MULTIKEY_LENGTH = ED25519_PREFIX.length + 32
const MAX_MULTIBASE_LENGTH = 64

/** Reads an Ed25519 `publicKeyMultibase` (`z6Mk...`). Undefined for anything else; never throws. */
export function parseMultikey(publicKeyMultibase: string): KeyObject | undefined {
  if (!publicKeyMultibase.startsWith('z') || publicKeyMultibase.length > MAX_MULTIBASE_LENGTH) {
    return undefined
  }
  const bytes = decodeBase58(publicKeyMultibase.slice(1))
  if (bytes?.length !== MULTIKEY_LENGTH || !bytes.subarray(0, 2).equals(ED25519_PREFIX)) return undefined
  const x = bytes.subarray(ED25519_PREFIX.length).toString('base64url')
  return importPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
}

/** Reads a public key in either form that actors publish: `publicKeyPem` or `publicKeyMultibase`. Never throws. */
export function parsePublicKey(text: string): KeyObject | undefined {
  return text.startsWith('z') ? parseMultikey(text) : parsePublicKeyPem(text)
}

/** @throws TypeError when the key is not Ed25519. */
export function toMultikey(publicKey: KeyObject): string {
  if (publicKey.asymmetricKeyType !== 'ed25519') {
    throw new TypeError('Only Ed25519 keys are published as Multikey')
  }
  const { x } = publicKey.export({ format: 'jwk' })
  return `z${encodeBase58(Buffer.concat([ED25519_PREFIX, Buffer.from(x ?? '', 'base64url')]))}`
}

function importPublicKey(input: Parameters<typeof createPublicKey>[0]): KeyObject | undefined {
  try {
    return createPublicKey(input)
  } catch {
    return undefined
  }
}
