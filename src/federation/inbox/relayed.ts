import type { Context, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { createRateLimit } from '../../lib/rate-limit.ts'
import { enqueue } from '../../store/jobs.ts'
import type { Hint } from './admit-carried.ts'

/** What a relay may make us fetch; whatever is beyond is let go. */
const mayFetch = createRateLimit({ limit: 20, perMs: 1000 })

/** The same post comes from several relays, and from one of them as often as somebody boosts it. */
const onceSeconds = 3600

/**
 * A relay named a post: it will be fetched, unless the relay names too many.
 * @param relay any name of it that stays
 */
export async function enqueueRelayed(tx: TxContext, relay: string, uri: string): Promise<void> {
  if (mayFetch.take(relay)) {
    await enqueue(tx, 'relay.carried', { uri }, { once: { key: uri, seconds: onceSeconds } })
  } else tx.log.info({ relay, uri }, 'A relay names more posts than are fetched: one is let go')
}

/** Somebody passed on what somebody else said: its origin will be asked. */
export async function takeHint(ctx: Context, { uri, relayed }: Hint): Promise<void> {
  await transact(ctx, async (tx) => {
    if (relayed?.isNews === true) return enqueueRelayed(tx, relayed.by, uri)
    if (relayed === undefined || mayFetch.take(relayed.by)) await enqueue(tx, 'object.hinted', { uri })
  })
}
