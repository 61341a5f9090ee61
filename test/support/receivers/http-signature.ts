import { hash } from 'node:crypto'
import { createRequire } from 'node:module'
import { Refused, type Arrived, type PublicKey, type Receiver } from './receiver.ts'

type Parsed = {
  readonly keyId: string
  readonly params: { readonly headers: string[]; readonly algorithm: string }
}

const library = createRequire(import.meta.url)('http-signature') as {
  parseRequest(request: object, options: object): Parsed
  verifySignature(parsed: Parsed, pem: string): boolean
}

export type HttpRules = {
  /** How far `Date` may lie off, in seconds. */
  readonly seconds: number
  /** What must be signed. */
  readonly covers?: readonly string[]
  readonly algorithms?: readonly string[]
}

/**
 * Reads and verifies a signature after draft-cavage-http-signatures-12, by a library that is independent of ours.
 * @throws Refused
 */
function readSignature(receiver: Receiver, request: Arrived, rules: HttpRules) {
  const parsed = parse(request)
  const { headers, algorithm } = parsed.params
  for (const name of rules.covers ?? ['(request-target)', 'host', 'date', 'digest'])
    if (!headers.includes(name)) throw new Refused(401, `${name} is not signed`)
  if (rules.algorithms && !rules.algorithms.includes(algorithm))
    throw new Refused(401, `algorithm ${algorithm}`)
  if (request.headers.host !== receiver.host) throw new Refused(401, 'another host')
  const away = Math.abs(receiver.now() - Date.parse(request.headers.date ?? ''))
  if (!(away <= rules.seconds * 1000)) throw new Refused(401, `a date that is ${away / 1000} s off`)
  const digest = `SHA-256=${hash('sha256', request.bytes, 'base64')}`
  if (request.headers['digest'] !== digest) throw new Refused(401, 'another body')
  return { keyId: parsed.keyId, isBy: (key: PublicKey) => library.verifySignature(parsed, key.pem) }
}

function parse(request: Arrived): Parsed {
  try {
    return library.parseRequest(request, { clockSkew: 1e12, headers: ['date'] })
  } catch (error) {
    throw new Refused(401, (error as Error).message)
  }
}

/** Which key is taken for a signature: the one that is kept, or one that is asked for. */
export type FindKey = (receiver: Receiver, keyId: string) => Promise<PublicKey>

/** What is kept is good for ever; only an unknown one is asked for. @throws Refused */
export const keptKey: FindKey = async (receiver, keyId) => {
  const kept = receiver.keys.get(keyId)
  if (kept) return kept
  await receiver.fetchActor(keyId.split('#')[0] ?? '').catch(refuseUnknown)
  return receiver.keys.get(keyId) ?? refuseUnknown()
}

/** Asks again for whom it has not asked so long, and goes on with what it has when nobody answers. */
export function keyAskedAgainAfter(days: number): FindKey {
  return async (receiver, keyId) => {
    const uri = keyId.split('#')[0] ?? ''
    const known = receiver.actors.get(uri)
    if (known && receiver.now() - known.fetchedAt > days * 24 * 3600_000)
      await receiver
        .fetchActor(uri)
        .catch((error: Error) => receiver.notes.push(`kept key: ${error.message}`))
    return keptKey(receiver, keyId)
  }
}

function refuseUnknown(): never {
  throw new Refused(401, 'an unknown key')
}

/**
 * The actor whose key signed the request.
 * @param again whether a signature that does not fit lets it ask for the key anew
 * @throws Refused
 */
export async function findSigner(
  receiver: Receiver,
  request: Arrived,
  { findKey = keptKey, again = false, ...rules }: HttpRules & { findKey?: FindKey; again?: boolean },
): Promise<string> {
  const { keyId, isBy } = readSignature(receiver, request, rules)
  let key = await findKey(receiver, keyId)
  if (isBy(key)) return key.owner
  if (again) {
    await receiver.fetchActor(key.owner).catch(refuseUnknown)
    key = await findKey(receiver, keyId)
    if (isBy(key)) return key.owner
  }
  throw new Refused(401, 'a signature that does not fit')
}
