import type { Context } from '../../context.ts'
import { digestBody } from '../../lib/signatures/digest.ts'
import { signCavage } from '../../lib/signatures/cavage.ts'
import { signRfc9421 } from '../../lib/signatures/rfc9421.ts'
import type { SignatureStyle } from '../../store/hosts.ts'
import type { Answer } from './judge.ts'
import type { HttpSigner } from './signers.ts'

/** An activity as it goes over the wire, hashed once for all its recipients. */
export type Payload = { readonly bytes: Buffer; readonly digest: Buffer }

export function toPayload(body: string): Payload {
  const bytes = Buffer.from(body)
  return { bytes, digest: digestBody(bytes) }
}

/** Headers of one delivery that are signed with it, by lower-case name: `collection-synchronization`. */
export type ExtraHeaders = Readonly<Record<string, string>>

export type Posting = {
  readonly signer: HttpSigner
  readonly style: SignatureStyle
  readonly extraHeaders?: ExtraHeaders
}

/**
 * One signed POST to one inbox; never throws. A redirect is an answer like any other: an inbox that moved says so in
 * its actor.
 */
export async function postActivity(
  ctx: Pick<Context, 'fetch' | 'now'>,
  inbox: string,
  payload: Payload,
  { signer, style, extraHeaders = {} }: Posting,
  limits: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<Answer> {
  try {
    const { bytes, digest } = payload
    const signing = { method: 'POST', url: inbox, ...signer, date: ctx.now(), digest, extraHeaders }
    const signed = await (style === 'cavage' ? signCavage(signing) : signRfc9421(signing))
    const headers = { ...signed, 'content-type': 'application/activity+json' }
    const response = await ctx.fetch(inbox, { method: 'POST', headers, body: bytes, ...limits })
    return { status: response.status, retryAfter: response.headers.get('retry-after') }
  } catch (failure) {
    return { failure }
  }
}
