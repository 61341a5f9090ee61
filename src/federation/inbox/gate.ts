import type { IncomingMessage } from 'node:http'
import type { Context } from '../../context.ts'
import { digestOfActivity } from '../../domain/inbox/digest.ts'
import type { Batches } from '../../lib/batches.ts'
import { canonicalHost } from '../../lib/canonical-host.ts'
import { parseBoundedJson } from '../../lib/json-limits.ts'
import { readBody } from '../../lib/read-body.ts'
import { findSingleHeader, groupHeaders } from '../../lib/signatures/headers.ts'
import { findRequestOrigin } from '../../lib/signatures/request-origin.ts'
import type { NewInboxMessage } from '../../store/inbox.ts'
import { isRefusal, refuse, type Refusal } from './refusal.ts'
import { tooMany, verifySigner, type Signer, type SignerParts } from './verify-signer.ts'

/** What passed: stored already, or (`hint`) not to be believed but worth a look at its origin. */
export type Admitted = { readonly kind: 'stored' } | { readonly kind: 'hint'; readonly uri: string }

export type Gate = SignerParts & {
  readonly ctx: Context
  /** Where what passes is stored: done with when it is committed. */
  readonly arrivals: Batches<NewInboxMessage>
  /** For all of a body, however it drips. */
  readonly bodyTimeoutMs?: number
}

const maxBytes = 256 * 1024
const maxHeaderLength = 2048
const bodyProblems = {
  'too-large': refuse(413, 'An activity has at most 256 KiB.'),
  'too-slow': refuse(408, 'The body did not arrive in time.'),
  broken: refuse(400, 'The body did not arrive whole.'),
} as const

/**
 * Everything between a stranger's request and the queue, in this order: our host, content type, size, signature,
 * digest, key, verification, shape of the JSON, one actor who is the signer, an id on the signer's host; then the
 * commit. Nothing is parsed before it is verified, and nothing is answered with 202 before it is stored.
 * @param recipientId the account whose own inbox was addressed; null for the shared inbox
 */
export async function admit(
  gate: Gate,
  request: IncomingMessage,
  recipientId: string | null,
): Promise<Admitted | Refusal> {
  const envelope = checkEnvelope(gate, request)
  if (envelope !== undefined) return envelope
  const body = await readBody(request, { maxBytes, timeoutMs: gate.bodyTimeoutMs ?? 10_000 })
  if (typeof body === 'string') return bodyProblems[body]
  const signer = await verifySigner(gate, request, body)
  if (isRefusal(signer)) return signer
  const parsed = parseBoundedJson(body)
  if (!parsed.ok) return refuse(400, parsed.problem.message)
  if (idOf(parsed.value['actor']) !== signer.actorUri) return admitHint(gate, signer, parsed.value)
  const collectionSynchronization = signedHeader(request, signer, 'collection-synchronization')
  return admitOwn(gate, signer, parsed.value, {
    recipientId,
    body: body.toString(),
    collectionSynchronization,
  })
}

const contentTypes = /^application\/(activity\+json|ld\+json|json)\s*(;|$)/i

function checkEnvelope({ ctx }: Gate, request: IncomingMessage): Refusal | undefined {
  const { method = '', url: target = '' } = request
  const headers = groupHeaders(request.rawHeaders)
  const origin = findRequestOrigin({ method, target, headers, origins: [ctx.config.origin] })
  if (typeof origin === 'object')
    return refuse(origin.problem === 'wrong_host' ? 421 : 400, 'This host is not served here.')
  return contentTypes.test(request.headers['content-type'] ?? '')
    ? undefined
    : refuse(415, 'An activity is sent as application/activity+json.')
}

async function admitOwn(
  { ctx, arrivals }: Gate,
  { actorUri, host }: Signer,
  activity: Record<string, unknown>,
  message: Pick<NewInboxMessage, 'recipientId' | 'body' | 'collectionSynchronization'>,
): Promise<Admitted | Refusal> {
  const { id } = activity
  if (typeof id !== 'string' || canonicalHost(id) !== host)
    return refuse(400, "An activity has an id on its actor's host.")
  const digest = digestOfActivity(actorUri, id)
  await arrivals.add({ id: ctx.newId(), digest, actorUri, carried: false, ...message })
  return { kind: 'stored' }
}

/** A header that stands there once and that the sender signed; null otherwise. */
function signedHeader(request: IncomingMessage, { covered }: Signer, name: string): string | null {
  const value = covered.includes(name) ? findSingleHeader(groupHeaders(request.rawHeaders), name) : undefined
  return value !== undefined && value.length <= maxHeaderLength ? value : null
}

/**
 * What somebody else said, passed on. Their signature or proof inside the body is not believed, but it tells that a
 * look at the origin may be worth it.
 */
function admitHint({ limits }: Gate, signer: Signer, activity: Record<string, unknown>): Admitted | Refusal {
  if (idOf(activity['actor']) === undefined) return refuse(400, 'An activity has exactly one actor.')
  const uri = idOf(activity['object'])
  const isCarried = 'signature' in activity || 'proof' in activity
  if (!isCarried || uri === undefined) return refuse(401, 'The signer is not the actor.')
  return limits.takeHint(signer.host) ? { kind: 'hint', uri } : tooMany
}

/** The one id that a property names, be it as a string or as an object. */
function idOf(value: unknown): string | undefined {
  const only: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value
  if (typeof only === 'string') return only
  const id = typeof only === 'object' && only !== null && 'id' in only ? only.id : undefined
  return typeof id === 'string' ? id : undefined
}
