import { sql, type Insertable, type Selectable } from 'kysely'
import type { Db, Tx } from '../context.ts'
import type { Severances } from '../db/schema.ts'
import type { Push } from './notifications-keep.ts'
import { subscriptionsFor } from './push-subscriptions.ts'
import { publishEvent } from './stream-events.ts'

/** Follows of a member that ended together; the target is a domain, or somebody's handle. */
export type Severance = Selectable<Severances>

/** With the notification by which the member learns of it. @returns whom apps want to be told of it, by push */
export async function keepSeverance(tx: Tx, row: Insertable<Severances> & { id: string; createdAt: Date }) {
  await tx.insertInto('severances').values(row).execute()
  const { rows } = await sql<{ id: string; accountId: string; subscriptionIds: number[] }>`
    with told as (
      insert into notifications (account_id, type, from_id, severance_id, group_key, created_at)
      values (${row.accountId}, 'severed_relationships', ${row.accountId}, ${row.id}, 'ungrouped', ${row.createdAt})
      returning id, account_id, from_id, type
    )
    select id, account_id, ${subscriptionsFor('told')} as subscription_ids from told`.execute(tx)
  return rows.flatMap(({ id, accountId, subscriptionIds }): Push[] => {
    publishEvent(tx, { event: 'notification', accountId, id })
    return subscriptionIds.map((subscriptionId) => ({ notificationId: id, subscriptionId }))
  })
}

export async function listSeverances(db: Db, ids: readonly string[]): Promise<Severance[]> {
  if (ids.length === 0) return []
  return db.selectFrom('severances').selectAll().where('id', 'in', ids).execute()
}
