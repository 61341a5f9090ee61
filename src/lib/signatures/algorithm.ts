import type { KeyObject } from 'node:crypto'
import type { SignatureAlgorithm } from './types.ts'

/**
 * The one algorithm that a key is used with. The key decides, never the message: a signature that names another
 * algorithm than its key's is refused.
 */
export function algorithmOf(key: KeyObject): SignatureAlgorithm | undefined {
  if (key.asymmetricKeyType === 'rsa') return 'rsa-sha256'
  if (key.asymmetricKeyType === 'ed25519') return 'ed25519'
  return undefined
}

/** The digest that `node:crypto` wants named beside the key; Ed25519 has its own built in. */
export function hashOf(algorithm: SignatureAlgorithm): 'sha256' | null {
  return algorithm === 'rsa-sha256' ? 'sha256' : null
}
