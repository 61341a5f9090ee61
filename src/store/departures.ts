import { sql } from 'kysely'
import type { Db, Tx } from '../context.ts'
import type { DB } from '../db/schema.ts'

/**
 * Where an account may be known: an inbox of everybody who follows it or is followed, whom it named, who answered,
 * liked, boosted or quoted it, and wherever anything of it was ever delivered. One for each server is enough: whoever
 * takes a Delete of an actor forgets it as a whole.
 */
export async function listInboxesThatKnow(db: Db, accountId: string): Promise<number[]> {
  const result = await sql<{ inboxId: number }>`
    with known as (
      select target_id as id from follows where follower_id = ${accountId}::bigint
      union select follower_id from follows where target_id = ${accountId}::bigint
      union select (m->>'actorId')::bigint from posts p, jsonb_array_elements(p.mentions) m
        where p.actor_id = ${accountId}::bigint and m->>'actorId' is not null
      union select from_id from notifications where account_id = ${accountId}::bigint
      union select target_id from blocks where actor_id = ${accountId}::bigint
    ), inboxes_known as (
      select coalesce(a.shared_inbox_id, a.inbox_id) as id
      from known join remote_actors a on a.id = known.id
      where a.inbox_id is not null and not a.domain_blocked
      union
      select d.inbox_id from outgoing_activities o join deliveries d on d.activity_id = o.id
      where o.account_id = ${accountId}::bigint
    )
    select distinct on (i.host_id) i.id as inbox_id
    from inboxes_known k join inboxes i on i.id = k.id join hosts h on h.id = i.host_id
    where not exists (select from domain_blocks b where h.host = b.domain or h.host like '%.' || b.domain)
    order by i.host_id, i.id`.execute(db)
  return result.rows.map(({ inboxId }) => inboxId)
}

/** Posts, and boosts, of which something is left; a few at a time. */
export async function listUnburied(db: Db, accountId: string, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('posts')
    .select('id')
    .where('actorId', '=', accountId)
    .where('deletedAt', 'is', null)
    .limit(limit)
    .execute()
  return rows.map(({ id }) => id)
}

/** @returns the files of what was uploaded, a few rows at a time; the rows are gone */
export async function takeMediaOf(tx: Tx, accountId: string, limit: number): Promise<string[]> {
  const result = await sql<{ key: string | null; previewKey: string | null; uploadKey: string | null }>`
    delete from media where id in
      (select id from media where account_id = ${accountId}::bigint order by id limit ${limit} for update)
    returning key, preview_key, upload_key`.execute(tx)
  return result.rows
    .flatMap(({ key, previewKey, uploadKey }) => [key, previewKey, uploadKey])
    .filter((key) => key !== null)
}

/** @returns whether none is left of what was said to others: only what says that the account is gone is still sent */
export async function deleteLettersOf(tx: Tx, accountId: string, limit: number): Promise<boolean> {
  const result = await sql<{ id: string }>`
    with doomed as (
      select id from outgoing_activities
      where account_id = ${accountId}::bigint and not (object_id is not distinct from ${accountId}::bigint
        and body::jsonb->>'type' = 'Delete')
      order by id limit ${limit} for update
    ), undelivered as (
      delete from deliveries where activity_id in (select id from doomed)
    )
    delete from outgoing_activities where id in (select id from doomed) returning id`.execute(tx)
  return result.rows.length < limit
}

/** Tables that hold what a member chose or did, by the columns that say whose it is. Children go with their parents. */
export const ownTables = {
  accountDomainBlocks: ['accountId'],
  accountNotes: ['accountId', 'targetId'],
  announcementDismissals: ['accountId'],
  announcementReactions: ['accountId'],
  archives: ['accountId'],
  auditLog: ['accountId'],
  blocks: ['actorId', 'targetId'],
  bookmarks: ['accountId'],
  collectionItems: ['targetId'],
  collections: ['accountId'],
  conversations: ['accountId'],
  dismissedSuggestions: ['accountId', 'targetId'],
  emailTokens: ['accountId'],
  endorsements: ['accountId', 'targetId'],
  featuredStatuses: ['actorId'],
  featuredTags: ['actorId'],
  filters: ['accountId'],
  follows: ['followerId', 'targetId'],
  idempotencyKeys: ['accountId'],
  imports: ['accountId'],
  kitDestinations: ['accountId'],
  likes: ['actorId'],
  listMembers: ['targetId'],
  lists: ['accountId'],
  lockers: ['accountId'],
  markers: ['accountId'],
  mutedThreads: ['accountId'],
  mutes: ['accountId', 'targetId'],
  notificationPolicies: ['accountId'],
  notificationRequests: ['accountId', 'fromId'],
  notifications: ['accountId', 'fromId'],
  pollVotes: ['actorId'],
  pushSubscriptions: ['accountId'],
  reactions: ['actorId'],
  recoveries: ['accountId'],
  recoveryKits: ['accountId'],
  scheduledStatuses: ['accountId'],
  sealedLetters: ['accountId'],
  severances: ['accountId'],
  tagFollows: ['accountId'],
  oauthCodes: ['accountId'],
  accessTokens: ['accountId'],
  sessions: ['accountId'],
  userPasswords: ['accountId'],
} as const satisfies { readonly [Table in keyof DB]?: readonly (keyof DB[Table])[] }

/** All rows of these tables that are by the account or about it. */
export async function deleteOwnRows(tx: Tx, accountId: string): Promise<void> {
  for (const [table, columns] of Object.entries(ownTables))
    for (const column of columns)
      await sql`delete from ${sql.table(snake(table))} where ${sql.ref(snake(column))} = ${accountId}::bigint`.execute(
        tx,
      )
}

function snake(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/** What is left of the profile is the name, which is never given out again. */
export async function blankAccount(tx: Tx, accountId: string): Promise<void> {
  const nothing = { displayName: '', summary: '', fields: '[]', emojis: '[]', iconUrl: null, imageUrl: null }
  await tx
    .updateTable('accounts')
    .set({ ...nothing, alsoKnownAs: [] })
    .where('id', '=', accountId)
    .execute()
  await tx.deleteFrom('users').where('accountId', '=', accountId).execute()
}

export async function hasPendingDeliveries(db: Db, accountId: string): Promise<boolean> {
  const result = await sql<{ pending: boolean }>`
    select exists (select from outgoing_activities o join deliveries d on d.activity_id = o.id
      where o.account_id = ${accountId}::bigint and d.state = 'pending') as pending`.execute(db)
  return result.rows[0]?.pending === true
}

/** With them goes the last with which anybody could speak as the account. */
export async function deletePrivateKeysOf(tx: Tx, accountId: string): Promise<void> {
  await tx
    .deleteFrom('accountPrivateKeys')
    .where('keyId', 'in', (eb) =>
      eb.selectFrom('accountKeys').select('id').where('accountId', '=', accountId),
    )
    .execute()
}

/** Somebody who was never let in leaves nothing behind, and the name is free again. */
export async function deleteNewcomer(tx: Tx, accountId: string): Promise<void> {
  await deletePrivateKeysOf(tx, accountId)
  await deleteOwnRows(tx, accountId)
  for (const table of ['accountKeys', 'users', 'outgoingActivities'] as const)
    await tx.deleteFrom(table).where('accountId', '=', accountId).execute()
  await tx.deleteFrom('accounts').where('id', '=', accountId).execute()
}
