import type { KeyObject } from 'node:crypto'
import { z } from 'zod'
import { parsePublicKey } from '../../lib/signatures/keys.ts'

const rsaKey = z.object({ id: z.string(), publicKeyPem: z.string() })
const multikey = z.object({ id: z.string(), publicKeyMultibase: z.string() })
const actorDocument = z.object({
  id: z.string(),
  publicKey: rsaKey.optional(),
  assertionMethod: z.array(z.unknown()).optional(),
})

/**
 * The keys that an actor document lists, by their ids: those of the actor itself and no others.
 * @param text the document, as it was served
 * @returns undefined for what is no document of that actor
 */
export function readDocumentKeys(text: string, actorUri: string): ReadonlyMap<string, KeyObject> | undefined {
  const document = actorDocument.safeParse(parseJson(text)).data
  if (document?.id !== actorUri) return undefined
  const { publicKey, assertionMethod = [] } = document
  const listed = [
    ...(publicKey === undefined ? [] : [{ id: publicKey.id, text: publicKey.publicKeyPem }]),
    ...assertionMethod.flatMap((value) => {
      const key = multikey.safeParse(value).data
      return key === undefined ? [] : [{ id: key.id, text: key.publicKeyMultibase }]
    }),
  ]
  return new Map(
    listed.flatMap(({ id, text }) => {
      const key = parsePublicKey(text)
      return key !== undefined && id.startsWith(`${actorUri}#`) ? [[id, key] as const] : []
    }),
  )
}

export function isSameKey(one: KeyObject, other: KeyObject): boolean {
  // OpenSSL calls it an error to compare keys of two kinds, and Node reports that of the next thing it does.
  return one.asymmetricKeyType === other.asymmetricKeyType && one.equals(other)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
