import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import type { Visibility } from '../../db/schema.ts'
import type { Actor } from '../../store/actors.ts'
import { insertRemoteBoost, isBoostBuried } from '../../store/boosts.ts'
import { publishStatuses } from '../../store/stream-events.ts'
import { isLive } from '../statuses/is-live.ts'
import { mayBoost, narrower } from './boost-visibility.ts'
import { findTarget } from './target.ts'
import { notify } from '../notifications/notify.ts'

export type ReceivedBoost = {
  readonly by: Actor
  /** The id of the Announce. */
  readonly uri: string
  /** What is boosted, which is here already. */
  readonly statusId: string
  /** As the Announce is addressed. */
  readonly visibility: Visibility
  readonly published: Date | undefined
}

/**
 * Somebody elsewhere passes a post on. Whether anybody here cares is asked before (`isBoostWanted`).
 * @returns `ignored` when the post is not here, not for them, or not to be passed on, or the boost was deleted
 */
export async function receiveBoost(
  ctx: Context,
  { by, uri, statusId, ...said }: ReceivedBoost,
): Promise<'stored' | 'known' | 'ignored'> {
  return transact(ctx, async (tx) => {
    const target = await findTarget(tx, by.id, statusId)
    if (target === undefined || !mayBoost(by.id, target.status)) return 'ignored'
    if (await isBoostBuried(tx.db, uri, by.uri)) return 'ignored'
    const { status } = target
    const now = tx.now()
    const createdAt = said.published === undefined || said.published > now ? now : said.published
    const id = tx.newId(createdAt)
    const isNew = await insertRemoteBoost(tx.db, {
      id,
      actorId: by.id,
      uri,
      visibility: narrower(said.visibility, status.visibility),
      boostOfId: status.id,
      boostOfUri: status.uri,
      createdAt,
      fetchedAt: now,
    })
    if (isNew) {
      if (isLive(tx, createdAt)) publishStatuses(tx.db, 'update', [id])
      await notify(tx, { accountId: status.actorId, type: 'reblog', fromId: by.id, statusId: status.id })
    }
    return isNew ? 'stored' : 'known'
  })
}
