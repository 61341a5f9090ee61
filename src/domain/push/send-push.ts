import { getDomain } from 'tldts'
import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { FetchError } from '../../lib/safe-fetch/fetch-error.ts'
import { takeTurn, Turns } from '../../lib/turns.ts'
import { enqueue, type Jobs } from '../../store/jobs.ts'
import { listShownNotifications } from '../../store/notifications.ts'
import { deletePushSubscription, findDuePush, type PushSubscription } from '../../store/push-subscriptions.ts'
import { composeMessage, type PushMessage } from './compose-message.ts'
import { encryptMessage, pushTtlSeconds, type PushLetter } from './encrypt-message.ts'

/** How long each further attempt waits, in seconds: after the last one the message is let go. */
const retryAfterSeconds = [15, 60, 300, 1800, 7200]

/** A push service, or a member, that keeps us waiting does not keep everybody else waiting. */
const limits = { untried: 4, quick: Infinity, slow: 1 } as const
const [services, members] = [new Turns(limits), new Turns(limits)]

const timeoutMs = 10_000
const maxAnswerBytes = 16_384

/**
 * Tells one app of one notification, unless it is too late, was taken back, or is not for the member any more.
 * @throws Postponed
 */
export async function sendPush(ctx: Context, data: Jobs['push.due']): Promise<void> {
  const [notification] = await listShownNotifications(ctx.db, [data.notificationId])
  if (notification === undefined) return
  if (ctx.now().getTime() - notification.createdAt.getTime() > pushTtlSeconds * 1000) return
  const due = await findDuePush(ctx.db, data.subscriptionId, notification.fromId)
  if (due === undefined || due.accountId !== notification.accountId) return
  const message = await composeMessage(ctx, notification, due)
  if (message === undefined) return
  const outcome = await postInTurn(ctx, due, message)
  if (outcome === 'gone') await deletePushSubscription(ctx.db, due.id)
  if (outcome === 'later') await postpone(ctx, data)
}

type Outcome = 'sent' | 'gone' | 'later'

async function postInTurn(ctx: Context, due: PushSubscription, message: PushMessage): Promise<Outcome> {
  const { host } = new URL(due.endpoint)
  using _turn = takeTurn([services, getDomain(host) ?? host], [members, due.accountId])
  return await post(ctx, due, await encryptMessage(ctx, due, message))
}

/** A push service that answers with 4xx will not take the next one either; but it may be busy (429) or slow (408). */
async function post(
  { fetch, log }: Context,
  { id, endpoint }: PushSubscription,
  { headers, body }: PushLetter,
): Promise<Outcome> {
  try {
    const options = { method: 'POST', headers, body, timeoutMs, maxBytes: maxAnswerBytes }
    const { status } = await fetch(endpoint, options)
    if (status < 300) return 'sent'
    log.debug({ subscription: id, status }, 'A push service refused a message')
    return status >= 500 || status === 408 || status === 429 ? 'later' : 'gone'
  } catch (error) {
    if (!(error instanceof FetchError)) throw error
    log.debug({ subscription: id, err: error }, 'A push service could not be reached')
    if (error.kind === 'too-large' || error.kind === 'decode') return 'sent'
    return error.retryable ? 'later' : 'gone'
  }
}

async function postpone(ctx: Context, data: Jobs['push.due']): Promise<void> {
  const seconds = retryAfterSeconds[data.attempt]
  if (seconds === undefined) return
  const startAfter = new Date(ctx.now().getTime() + seconds * 1000)
  await transact(ctx, (tx) => enqueue(tx, 'push.due', { ...data, attempt: data.attempt + 1 }, { startAfter }))
}
