import type { IncomingMessage } from 'node:http'
import { digestOfActivity } from '../../domain/inbox/digest.ts'
import { canonicalHost } from '../../lib/canonical-host.ts'
import { parseBoundedJson } from '../../lib/json-limits.ts'
import { readBody } from '../../lib/read-body.ts'
import { findSingleHeader, groupHeaders } from '../../lib/signatures/headers.ts'
import { findRequestOrigin } from '../../lib/signatures/request-origin.ts'
import type { NewInboxMessage } from '../../store/inbox.ts'
import { admitCarried, idOf, type AdmissionParts, type Admitted } from './admit-carried.ts'
import { isRefusal, refuse, type Refusal } from './refusal.ts'
import { verifySigner, type Signer } from './verify-signer.ts'

export type Gate = AdmissionParts & {
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
 * commit. What has another actor is somebody else's word: `admitCarried`. Nothing is parsed before it is verified, and
 * nothing is answered with 202 before it is stored.
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
  if (idOf(parsed.value['actor']) !== signer.actorUri)
    return admitCarried(gate, signer, parsed.value, body.length)
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
