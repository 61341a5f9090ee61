import { sql } from 'kysely'
import type { Db, Tx } from '../context.ts'
import { wantsToHear } from './visibility.ts'

/** Whom those follow whom the viewer follows (the latest 200), the most followed first. */
export async function listSuggestedIds(db: Db, viewerId: string, limit: number): Promise<string[]> {
  const viewer = sql`${viewerId}::bigint`
  const result = await sql<{ id: string }>`
    select a.id from (
      select target_id from follows where follower_id = ${viewer} and state = 'accepted'
      order by id desc limit 200
    ) friends
    join follows theirs on theirs.follower_id = friends.target_id and theirs.state = 'accepted'
    join actors a on a.id = theirs.target_id
    where a.id <> ${viewer} and a.discoverable and a.moved_to is null
      and a.deleted_at is null and a.suspended_at is null and not a.domain_blocked
      and not exists (select from follows f where f.follower_id = ${viewer} and f.target_id = a.id)
      and not exists (select from blocks b where (b.actor_id = ${viewer} and b.target_id = a.id)
        or (b.actor_id = a.id and b.target_id = ${viewer}))
      and not exists (select from mutes m where m.account_id = ${viewer} and m.target_id = a.id)
      and not exists (select from account_domain_blocks d
        where d.account_id = ${viewer} and d.domain = a.domain)
      and not exists (select from dismissed_suggestions x
        where x.account_id = ${viewer} and x.target_id = a.id)
    group by a.id order by count(*) desc, a.id desc limit ${limit}`.execute(db)
  return result.rows.map(({ id }) => id)
}

/** Again changes nothing. */
export async function insertDismissal(tx: Tx, accountId: string, targetId: string): Promise<void> {
  await tx
    .insertInto('dismissedSuggestions')
    .values({ accountId, targetId })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export type DirectoryQuery = {
  readonly local: boolean
  /** `active`: who said something in public lately, among the latest 5,000 posts; `new`: whom we met last. */
  readonly order: 'active' | 'new'
  readonly limit: number
  readonly offset: number
  /** Finds nobody whom they do not want to hear of. */
  readonly viewerId?: string | undefined
}

/** Ids of people who let strangers find them. */
export async function listDirectoryIds(db: Db, asked: DirectoryQuery): Promise<string[]> {
  const { local, order, limit, offset, viewerId } = asked
  const wanted = viewerId === undefined ? sql`true` : wantsToHear(sql`${viewerId}::bigint`, sql.ref('a.id'))
  const latest = sql`(select actor_id, max(id) as last_id from (
      select actor_id, id from statuses where visibility = 'public' and deleted_at is null
      order by id desc limit 5000) s group by actor_id)`
  const result = await sql<{ id: string }>`
    select a.id from actors a ${order === 'active' ? sql`join ${latest} said on said.actor_id = a.id` : sql``}
    where a.discoverable and a.moved_to is null and a.type <> 'Application'
      and a.deleted_at is null and a.suspended_at is null and not a.domain_blocked
      and (${!local} or a.is_local) and ${wanted}
    order by ${order === 'active' ? sql`said.last_id` : sql`a.id`} desc
    limit ${limit} offset ${offset}`.execute(db)
  return result.rows.map(({ id }) => id)
}
