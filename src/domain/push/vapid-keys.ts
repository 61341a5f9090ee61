import { createECDH } from 'node:crypto'
import type { Context } from '../../context.ts'
import type { Keyring } from '../../lib/keyring.ts'

/** Both in base64url, as RFC 8292 has them: 65 bytes of an uncompressed point, and 32 bytes. */
export type VapidKeys = { readonly publicKey: string; readonly privateKey: string }

const known = new WeakMap<Keyring, VapidKeys>()

/** By which push services know this server: derived from the root secret, so it is as long-lived as that. */
export function vapidKeys({ keyring }: Pick<Context, 'keyring'>): VapidKeys {
  const keys = known.get(keyring) ?? deriveKeys(keyring)
  known.set(keyring, keys)
  return keys
}

/** Almost any 32 bytes are a key of P-256; the few that are not are passed over. */
function deriveKeys(keyring: Keyring): VapidKeys {
  const ecdh = createECDH('prime256v1')
  for (let attempt = 0; ; attempt++) {
    const secret = keyring.derive(attempt === 0 ? 'vapid' : `vapid:${attempt}`)
    try {
      ecdh.setPrivateKey(secret)
    } catch {
      continue
    }
    return { publicKey: ecdh.getPublicKey().toString('base64url'), privateKey: secret.toString('base64url') }
  }
}
