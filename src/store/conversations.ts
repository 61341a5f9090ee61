import { sql, type Insertable, type Selectable } from 'kysely'
import type { Db, Tx } from '../context.ts'
import type { Conversations } from '../db/schema.ts'
import { publishEvent } from './stream-events.ts'
import { notHidden, notHiddenFrom, visibleTo } from './visibility.ts'
import { inOrder, within, type IdRange } from './ranges.ts'

export type Conversation = Selectable<Conversations>

/** What was said later counts, whichever came first. */
export async function upsertConversation(tx: Tx, conversation: Insertable<Conversations>): Promise<void> {
  const row = await tx
    .insertInto('conversations')
    .values(conversation)
    .onConflict((conflict) =>
      conflict
        .columns(['accountId', 'rootId', 'participants'])
        .doUpdateSet((eb) => ({
          lastStatusId: eb.ref('excluded.lastStatusId'),
          unread: eb.ref('excluded.unread'),
        }))
        .whereRef('conversations.lastStatusId', '<', 'excluded.lastStatusId'),
    )
    .returning(['accountId', 'lastStatusId'])
    .executeTakeFirst()
  if (row !== undefined)
    publishEvent(tx, { event: 'conversation', accountId: row.accountId, statusId: row.lastStatusId })
}

/** By what was said last, which pages go by as well. */
export async function listConversations(db: Db, accountId: string, range: IdRange): Promise<Conversation[]> {
  const query = db
    .selectFrom('conversations')
    .selectAll()
    .where('accountId', '=', accountId)
    .where(({ exists, not }) => not(exists(lastWordHiddenFrom(db, accountId))))
  return inOrder(await within(query, 'lastStatusId', range).execute(), range)
}

/** What was said last, where its reader may not see it or does not want to. */
function lastWordHiddenFrom(db: Db, accountId: string) {
  return db
    .selectFrom('statuses')
    .select('statuses.id')
    .where(sql<boolean>`statuses.id = conversations.last_status_id`)
    .where((eb) =>
      eb.or([eb('statuses.deletedAt', 'is', null), eb.not(notHidden(sql.ref('statuses.actorId')))]),
    )
    .where((eb) => eb.not(eb.and([visibleTo(accountId)(eb), notHiddenFrom(accountId)(eb)])))
}

/** Those of members that a status is the latest of. */
export async function listConversationsEndingIn(
  db: Db,
  accountIds: readonly string[],
  statusIds: readonly string[],
): Promise<Conversation[]> {
  return db
    .selectFrom('conversations')
    .selectAll()
    .where(sql<boolean>`account_id = any(${accountIds}::bigint[])`)
    .where(sql<boolean>`last_status_id = any(${statusIds}::bigint[])`)
    .execute()
}

/** @returns undefined unless it is the account's */
export async function markConversationRead(
  db: Db,
  accountId: string,
  id: string,
): Promise<Conversation | undefined> {
  return db
    .updateTable('conversations')
    .set({ unread: false })
    .where('id', '=', id)
    .where('accountId', '=', accountId)
    .returningAll()
    .executeTakeFirst()
}

/** @returns false unless it was the account's. What is said in it later makes it anew. */
export async function deleteConversation(db: Db, accountId: string, id: string): Promise<boolean> {
  const row = await db
    .deleteFrom('conversations')
    .where('id', '=', id)
    .where('accountId', '=', accountId)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Those of these actors who live here. */
export async function listLocalIds(db: Db, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('accounts')
    .select('id')
    .where(sql<boolean>`id = any(${ids}::bigint[])`)
    .execute()
  return new Set(rows.map(({ id }) => id))
}
