import type { IncomingMessage } from 'node:http'
import type { Context } from '../../context.ts'
import { digestOfActivity } from '../../domain/inbox/digest.ts'
import { parseBoundedJson } from '../../lib/json-limits.ts'
import { readBody } from '../../lib/read-body.ts'
import { insertInboxMessage } from '../../store/inbox.ts'
import { isRefusal, refuse, type Refusal } from './refusal.ts'
import { verifySigner, type Signer, type SignerParts } from './verify-signer.ts'

/** What passed: stored already, or (`hint`) not to be believed but worth a look at its origin. */
export type Admitted = { readonly kind: 'stored' } | { readonly kind: 'hint'; readonly uri: string }

export type Gate = SignerParts & { readonly ctx: Context }

const bodyLimits = { maxBytes: 256 * 1024, timeoutMs: 10_000 }
const bodyProblems = {
  'too-large': refuse(413, 'An activity has at most 256 KiB.'),
  'too-slow': refuse(408, 'The body did not arrive within 10 seconds.'),
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
  const body = await readBody(request, bodyLimits)
  if (typeof body === 'string') return bodyProblems[body]
  const signer = await verifySigner(gate, request, body)
  if (isRefusal(signer)) return signer
  const parsed = parseBoundedJson(body)
  if (!parsed.ok) return refuse(400, parsed.problem.message)
  const named = checkAuthor(parsed.value, signer)
  if ('error' in named || 'kind' in named) return named
  await insertInboxMessage(gate.ctx.db, {
    id: gate.ctx.newId(),
    digest: digestOfActivity(signer.actorUri, named.id),
    recipientId,
    actorUri: signer.actorUri,
    body: body.toString(),
  })
  return { kind: 'stored' }
}

const contentTypes = /^application\/(activity\+json|ld\+json|json)\s*(;|$)/i

function checkEnvelope({ ctx }: Gate, request: IncomingMessage): Refusal | undefined {
  if (request.headers.host !== new URL(ctx.config.origin).host)
    return refuse(421, 'This host is not served here.')
  const type = request.headers['content-type'] ?? ''
  return contentTypes.test(type)
    ? undefined
    : refuse(415, 'An activity is sent as application/activity+json.')
}

/**
 * The activity must be the signer's own. What somebody else signed inside the body is not believed for that, but
 * it tells where to look.
 */
function checkAuthor(json: Record<string, unknown>, signer: Signer): { id: string } | Admitted | Refusal {
  const actor = idOf(json['actor'])
  const id = json['id']
  if (actor === undefined) return refuse(400, 'An activity has exactly one actor.')
  if (actor !== signer.actorUri) {
    const carried = 'signature' in json || 'proof' in json
    const uri = idOf(json['object'])
    if (!carried) return refuse(401, 'The signer is not the actor.')
    return uri === undefined ? refuse(401, 'The signer is not the actor.') : { kind: 'hint', uri }
  }
  if (typeof id !== 'string' || URL.parse(id)?.host !== new URL(signer.actorUri).host) {
    return refuse(400, "An activity has an id on its actor's host.")
  }
  return { id }
}

/** The one id that a property names, be it as a string or as an object. */
function idOf(value: unknown): string | undefined {
  const only: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value
  if (typeof only === 'string') return only
  const id = typeof only === 'object' && only !== null && 'id' in only ? only.id : undefined
  return typeof id === 'string' ? id : undefined
}
