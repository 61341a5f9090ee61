import { sql } from 'kysely'
import type { Tx } from '../context.ts'
import { takeBackConversations } from './conversation-ends.ts'
import { goneColumns, publishGone } from './stream-events.ts'

const remains = [
  'likes',
  'reactions',
  'bookmarks',
  'polls',
  'statusEdits',
  'featuredStatuses',
  'notifications',
  'statusLinks',
  'statusWords',
] as const

/**
 * Removes what hangs on statuses that are gone: boosts, likes, reactions, bookmarks, pins, polls and earlier versions;
 * conversations end with what was said before them.
 * Of a boost of ours the id remains, as of every post. Who voted is for the caller to forget: those elsewhere are told
 * first.
 */
export async function deleteRemains(tx: Tx, statusIds: readonly string[]): Promise<void> {
  if (statusIds.length === 0) return
  for (const table of remains) {
    await tx
      .deleteFrom(table)
      .where('statusId', '=', sql<string>`any(${statusIds}::bigint[])`)
      .execute()
  }
  await takeBackConversations(tx, statusIds)
  const boosted = sql<string>`any(${statusIds}::bigint[])`
  const undone = tx.deleteFrom('remoteStatuses').where('boostOfId', '=', boosted)
  publishGone(tx, await undone.returning(goneColumns).execute())
  const buried = await tx
    .updateTable('posts')
    .set({ deletedAt: sql<Date>`now()` })
    .where('boostOfId', '=', boosted)
    .where('deletedAt', 'is', null)
    .returning(goneColumns)
    .execute()
  publishGone(tx, buried)
}

/** Removes what an actor did with the statuses of others, and what they show of their own. */
export async function deleteDoingsOf(tx: Tx, actorId: string): Promise<void> {
  for (const table of ['likes', 'reactions', 'pollVotes', 'featuredStatuses', 'featuredTags'] as const) {
    await tx.deleteFrom(table).where('actorId', '=', actorId).execute()
  }
  await tx.deleteFrom('notifications').where('fromId', '=', actorId).execute()
  await tx.deleteFrom('notificationRequests').where('fromId', '=', actorId).execute()
}
