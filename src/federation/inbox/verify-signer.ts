import type { IncomingMessage } from 'node:http'
import type { Context } from '../../context.ts'
import { canonicalHost } from '../../lib/canonical-host.ts'
import { groupHeaders } from '../../lib/signatures/headers.ts'
import { parseSignature } from '../../lib/signatures/parse.ts'
import { isProblem, type ParsedSignature, type SignatureProblem } from '../../lib/signatures/types.ts'
import { verifyDigest } from '../../lib/signatures/digest.ts'
import { verifySignature } from '../../lib/signatures/verify.ts'
import type { BlockedHosts } from '../remote/blocked-hosts.ts'
import type { BoundKey, RemoteKeys } from '../remote/remote-keys.ts'
import type { GateLimits } from './limits.ts'
import { isRefusal, refuse, type Refusal } from './refusal.ts'

/** Whoever signed a request: an actor whose own document lists the key. */
export type Signer = {
  readonly actorUri: string
  readonly host: string
  /** What the signature covers: lower-case names of headers, and the style's own names for what is none. */
  readonly covered: readonly string[]
}

export type SignerParts = {
  readonly ctx: Pick<Context, 'config' | 'now'>
  readonly keys: RemoteKeys
  readonly blockedHosts: BlockedHosts
  readonly limits: GateLimits
}

/**
 * Steps 5 to 12 of the gate: one well-formed, fresh signature over enough of the request, by a key that its owner's
 * own actor document lists. What is cheap comes first; at most one key is fetched.
 * @param body the raw bytes; undefined for a request that has none
 */
export async function verifySigner(
  parts: SignerParts,
  request: IncomingMessage,
  body: Buffer | undefined,
): Promise<Signer | Refusal> {
  const signature = readSignature(parts, request, body)
  if (isProblem(signature)) return refuse(signature.problem === 'wrong_host' ? 421 : 401, signature.message)
  const host = canonicalHost(signature.keyId)
  if (host === undefined || host === new URL(parts.ctx.config.origin).host)
    return refuse(401, 'The key id is not the address of a key on another server.')
  if (await parts.blockedHosts.isBlocked(host)) return refuse(403, 'This server is blocked here.')
  const key = await findVerifyingKey(parts, signature, host)
  if (isRefusal(key)) return key
  if (!parts.limits.takeRequest(host)) return tooMany
  return { actorUri: key.actorUri, host, covered: signature.covered }
}

/** Not the sender's fault for all we know: they shall try again. */
const silent = refuse(429, 'The server of this key does not answer now: try again later.', 600)

export const tooMany = refuse(429, 'Too many requests from this server.', 60)

function readSignature(
  { ctx }: SignerParts,
  request: IncomingMessage,
  body: Buffer | undefined,
): ParsedSignature | SignatureProblem {
  const parts = {
    method: request.method ?? '',
    target: request.url ?? '',
    headers: groupHeaders(request.rawHeaders),
    origins: [ctx.config.origin],
  }
  const signature = parseSignature(parts, ctx.now())
  if (isProblem(signature) || body === undefined) return signature
  return verifyDigest(signature, body) ?? signature
}

/** A key that we do not have, or that does not verify and may have been replaced, is asked for at its owner's server. */
async function findVerifyingKey(
  { keys, limits }: SignerParts,
  signature: ParsedSignature,
  host: string,
): Promise<BoundKey | Refusal> {
  const known = await keys.find(signature.keyId)
  if (known !== undefined && verifySignature(signature, known.publicKey)) return known
  const fresh = await keys.refresh(signature.keyId, () => limits.takeLookup(host))
  if (fresh === 'limited') return tooMany
  if (fresh === 'unavailable') return silent
  if (fresh === undefined) return refuse(401, 'The key cannot be had, or its owner does not list it.')
  return verifySignature(signature, fresh.publicKey) ? fresh : refuse(401, 'The signature does not verify.')
}
