import type { ActorDraft } from '../../../domain/drafts.ts'
import { canonicalUrl, firstUrlOf, sameHost } from './address.ts'
import { firstString } from './fields.ts'
import { hasType, objectsOf } from './values.ts'

const MAX_KEYS = 16

/** At most an RSA key of 16,384 bits. */
const pemPattern = /^-----BEGIN (RSA )?PUBLIC KEY-----[\w+/=\s]{1,4096}-----END (RSA )?PUBLIC KEY-----\s*$/
const multibasePattern = /^[uz][\w-]{16,4096}$/

/** The keys that an actor lists as its own, on its own host. https://w3id.org/security#publicKey */
export function publicKeysOf(actor: Record<string, unknown>, actorId: string): ActorDraft['publicKeys'] {
  return objectsOf(actor, 'publicKey', MAX_KEYS).flatMap((key) => {
    const id = canonicalUrl(firstString(key, 'id'))
    const owner = firstUrlOf(key, 'owner')
    const pem = firstString(key, 'publicKeyPem')?.trim()
    const isOwn = id !== undefined && owner === actorId && sameHost(id, actorId)
    return isOwn && pem !== undefined && pemPattern.test(pem) ? { id, owner, pem } : []
  })
}

/** https://codeberg.org/fediverse/fep/src/branch/main/fep/521a/fep-521a.md */
export function multikeysOf(actor: Record<string, unknown>, actorId: string): ActorDraft['multikeys'] {
  return objectsOf(actor, 'assertionMethod', MAX_KEYS).flatMap((key) => {
    const id = canonicalUrl(firstString(key, 'id'))
    const controller = firstUrlOf(key, 'controller')
    const publicKeyMultibase = firstString(key, 'publicKeyMultibase')
    const isOwn =
      id !== undefined && controller === actorId && sameHost(id, actorId) && hasType(key, 'Multikey')
    const isKey = publicKeyMultibase !== undefined && multibasePattern.test(publicKeyMultibase)
    return isOwn && isKey ? { id, controller, publicKeyMultibase } : []
  })
}
