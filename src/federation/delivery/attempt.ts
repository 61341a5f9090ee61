import type { Context } from '../../context.ts'
import { momentOfId } from '../../lib/ids.ts'
import type { Delivery } from '../../store/deliveries.ts'
import type { FollowersDigests } from './followers-digests.ts'
import { judge, type Verdict } from './judge.ts'
import type { Payloads } from './payloads.ts'
import { postActivity } from './post-activity.ts'
import type { Signers } from './signers.ts'
import { Unsendable } from './unsendable.ts'

export type AttemptParts = {
  readonly ctx: Pick<Context, 'fetch' | 'now'>
  readonly signers: Signers
  readonly payloads: Payloads
  readonly digests: FollowersDigests
  readonly limits: { readonly timeoutMs: number; readonly signal: AbortSignal }
}

/**
 * Tries to deliver once.
 * @returns undefined when it was given up by ourselves
 * @throws when the database does not answer: that is no fault of the delivery
 */
export async function attempt(parts: AttemptParts, delivery: Delivery): Promise<Verdict | undefined> {
  const answer = await send(parts, delivery).catch((failure: unknown) => {
    if (failure instanceof Unsendable) return { failure }
    throw failure
  })
  const since = delivery.replayedAt ?? momentOfId(delivery.activityId)
  return judge(answer, { attempts: delivery.attempts, since, now: parts.ctx.now() })
}

async function send({ ctx, signers, payloads, digests, limits }: AttemptParts, delivery: Delivery) {
  const { accountId, formerIdentityId, url } = delivery
  const payload = await payloads.payloadOf(delivery.activityId)
  const signer = await signers.signerOf(accountId, formerIdentityId)
  const synchronizes = delivery.synchronizes && formerIdentityId === null
  const extraHeaders = synchronizes ? await digests.headersFor(accountId, url) : {}
  return postActivity(ctx, url, payload, signer, limits, extraHeaders)
}
