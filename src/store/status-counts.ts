import type { Db } from '../context.ts'
import { visibleTo } from './visibility.ts'

/** What was said here, and how much of it answers something; boosts say nothing. */
export async function countLocalPosts(db: Db): Promise<{ total: number; replies: number }> {
  const row = await db
    .selectFrom('posts')
    .select((eb) => [
      eb.fn.countAll<string>().as('total'),
      eb.fn
        .countAll<string>()
        .filterWhere(eb.or([eb('inReplyToId', 'is not', null), eb('inReplyToUri', 'is not', null)]))
        .as('replies'),
    ])
    .where('boostOfId', 'is', null)
    .where('deletedAt', 'is', null)
    .executeTakeFirstOrThrow()
  return { total: Number(row.total), replies: Number(row.replies) }
}

/** What anybody may read: of one account with its boosts, as its outbox lists them; of all without. */
export async function countPosts(db: Db, actorId?: string): Promise<number> {
  let query = db
    .selectFrom('statuses')
    .select((eb) => eb.fn.countAll<string>().as('n'))
    .where('isLocal', '=', true)
    .where(visibleTo(undefined))
  query = actorId === undefined ? query.where('boostOfId', 'is', null) : query.where('actorId', '=', actorId)
  return Number((await query.executeTakeFirstOrThrow()).n)
}
