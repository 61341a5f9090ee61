import type { Context } from '../../context.ts'
import { momentOfId } from '../../lib/ids.ts'
import type { Delivery } from '../../store/deliveries.ts'
import type { Lane } from '../../store/delivery-lanes.ts'
import type { SignatureStyle } from '../../store/hosts.ts'
import type { FollowersDigests } from './followers-digests.ts'
import { judge, type Verdict } from './judge.ts'
import { knock, type Knocked } from './knock.ts'
import type { Payloads } from './payloads.ts'
import { postActivity } from './post-activity.ts'
import type { Signers } from './signers.ts'
import { Unsendable } from './unsendable.ts'

export type AttemptParts = {
  readonly ctx: Pick<Context, 'fetch' | 'now' | 'log'>
  readonly signers: Signers
  readonly payloads: Payloads
  readonly digests: FollowersDigests
  readonly limits: { readonly timeoutMs: number; readonly signal: AbortSignal }
}

/** What became of an attempt; `style` is how the host took the signature, if it did. */
export type Outcome = Verdict & { readonly style: SignatureStyle | null }

/** A host, and how it took a signature the last time. */
export type Receiver = Pick<Lane, 'host' | 'signatureStyle'>

/**
 * Tries to deliver once, which takes two requests where a host refuses the first style of signature.
 * @returns undefined when it was given up by ourselves
 * @throws when the database does not answer: that is no fault of the delivery
 */
export async function attempt(
  parts: AttemptParts,
  receiver: Receiver,
  delivery: Delivery,
): Promise<Outcome | undefined> {
  const { answer, style } = await send(parts, receiver, delivery).catch((failure: unknown) => {
    if (failure instanceof Unsendable) return { answer: { failure }, style: null }
    throw failure
  })
  const since = delivery.replayedAt ?? momentOfId(delivery.activityId)
  const verdict = judge(answer, { attempts: delivery.attempts, since, now: parts.ctx.now() })
  return verdict && { ...verdict, style }
}

async function send(
  { ctx, signers, payloads, digests, limits }: AttemptParts,
  receiver: Receiver,
  delivery: Delivery,
): Promise<Knocked> {
  const { accountId, formerIdentityId, url } = delivery
  const payload = await payloads.payloadOf(delivery.activityId)
  const signer = await signers.signerOf(accountId, formerIdentityId)
  const synchronizes = delivery.synchronizes && formerIdentityId === null
  const extraHeaders = synchronizes ? await digests.headersFor(accountId, url) : {}
  const { host, signatureStyle: remembered } = receiver
  const post = (style: SignatureStyle, timeoutMs: number) =>
    postActivity(ctx, url, payload, { signer, style, extraHeaders }, { ...limits, timeoutMs })
  return knock(ctx, { host, remembered, attempts: delivery.attempts }, post, limits.timeoutMs)
}
