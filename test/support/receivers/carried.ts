import { verifyObject } from '@fedify/fedify/sig'
import { Activity } from '@fedify/vocab'
import { preloadedContexts } from '@fedify/vocab-runtime'
import untypedJsonld from '@fedify/vocab-runtime/jsonld'
import { hash, verify } from 'node:crypto'
import type { Json, Receiver } from './receiver.ts'

type Options = { documentLoader(url: string): Promise<object>; algorithm?: string }

/** The processor comes without types. */
const jsonld = untypedJsonld as unknown as {
  canonize(document: object, options: Options): Promise<string>
  compact(document: object, context: unknown, options: Options): Promise<Json>
}

const identity = 'https://w3id.org/identity/v1'

/** Contexts as they are served to everybody; nobody asks anybody for them in a test. */
async function documentLoader(url: string) {
  const document = (preloadedContexts as Record<string, object>)[url]
  if (document === undefined) throw new Error(`a context that must be fetched: ${url}`)
  return { contextUrl: null, documentUrl: url, document }
}

/**
 * Whether a Linked Data Signature (RsaSignature2017) inside was made with a key that the receiver keeps for its actor,
 * after the way that Mastodon and Misskey verify it.
 */
export async function isSignedInside(receiver: Receiver, activity: Json): Promise<boolean> {
  const { signature, ...document } = activity
  if (signature?.type !== 'RsaSignature2017') return false
  const key = receiver.keys.get(signature.creator)
  if (key === undefined || key.owner !== activity['actor']) return false
  const { type: _type, id: _id, signatureValue, ...options } = signature
  const parts = [{ ...options, '@context': identity }, document]
  const texts = await Promise.all(parts.map((part) => jsonld.canonize(part, { documentLoader })))
  const message = texts.map((text) => hash('sha256', text, 'hex')).join('')
  return verify('sha256', Buffer.from(message), key.pem, Buffer.from(signatureValue, 'base64'))
}

/**
 * Whether an integrity proof (FEP-8b32) verifies with a key of the actor document that the receiver keeps, by Fedify. A
 * Linked Data Signature beside it is not covered by it.
 */
export async function isProvenInside(receiver: Receiver, activity: Json): Promise<boolean> {
  const { signature: _signature, ...proven } = activity
  const kept = async (url: string) => {
    const uri = url.split('#')[0] ?? ''
    const known = receiver.actors.get(uri)
    if (known === undefined) throw new Error(`${url} is not kept`)
    return { contextUrl: null, documentUrl: uri, document: known.document }
  }
  const loaders = { documentLoader: kept, contextLoader: documentLoader }
  const object = await verifyObject(Activity, proven, loaders)
  return object?.actorId?.href === activity['actor'] && 'proof' in activity
}

/** What is left of an activity when it is written again by other contexts: a word that they lack gets another name. */
export function compact(document: Json, context: unknown): Promise<Json> {
  return jsonld.compact(document, context, { documentLoader })
}
