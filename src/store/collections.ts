import { sql, type Insertable, type Selectable, type Updateable } from 'kysely'
import type { Db, Tx } from '../context.ts'
import type { CollectionItems, Collections } from '../db/schema.ts'

/** Accounts that a member recommends together. */
export type Collection = Selectable<Collections>
export type CollectionItem = Pick<
  Selectable<CollectionItems>,
  'id' | 'collectionId' | 'targetId' | 'state' | 'createdAt'
>

const columns = [
  ...(['id', 'accountId', 'name', 'description', 'tag', 'language'] as const),
  ...(['sensitive', 'discoverable', 'createdAt', 'updatedAt'] as const),
] as const
const itemColumns = ['i.id', 'i.collectionId', 'i.targetId', 'i.state', 'i.createdAt'] as const

export async function findCollection(db: Db, id: string): Promise<Collection | undefined> {
  return db.selectFrom('collections').select(columns).where('id', '=', id).executeTakeFirst()
}

export type Cut = { readonly limit: number; readonly offset: number }

/** Newest first. @param onlyOpen those that are to be shown to others */
export async function listCollectionsOf(
  db: Db,
  accountId: string,
  { onlyOpen, limit, offset }: Cut & { readonly onlyOpen: boolean },
): Promise<Collection[]> {
  let query = db.selectFrom('collections').select(columns).where('accountId', '=', accountId)
  if (onlyOpen) query = query.where('discoverable', '=', true)
  return query.orderBy('id', 'desc').limit(limit).offset(offset).execute()
}

/** Those in which somebody is. */
export async function listCollectionsWith(
  db: Db,
  targetId: string,
  { limit, offset }: Cut,
): Promise<Collection[]> {
  return db
    .selectFrom('collections')
    .select(columns)
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('collectionItems')
        .select('collectionId')
        .where('targetId', '=', targetId)
        .where('state', '=', 'accepted'),
    )
    .where(sql<boolean>`not exists (select from actors a where a.id = collections.account_id and a.hidden)`)
    .orderBy('id', 'desc')
    .limit(limit)
    .offset(offset)
    .execute()
}

export async function countCollections(db: Db, accountId: string): Promise<number> {
  const row = await db
    .selectFrom('collections')
    .select((eb) => eb.fn.countAll<string>().as('n'))
    .where('accountId', '=', accountId)
    .executeTakeFirstOrThrow()
  return Number(row.n)
}

export async function insertCollection(tx: Tx, collection: Insertable<Collections>): Promise<Collection> {
  return tx.insertInto('collections').values(collection).returning(columns).executeTakeFirstOrThrow()
}

export async function updateCollection(tx: Tx, id: string, changes: Updateable<Collections>): Promise<void> {
  await tx.updateTable('collections').set(changes).where('id', '=', id).execute()
}

/** With who is in it. */
export async function deleteCollection(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('collections').where('id', '=', id).execute()
}

/** Holds it as it is until the transaction ends: nobody adds to it meanwhile. */
export async function lockCollection(tx: Tx, id: string): Promise<Collection | undefined> {
  return tx.selectFrom('collections').select(columns).where('id', '=', id).forUpdate().executeTakeFirst()
}

/**
 * Who is to be seen in collections, in the order in which they were added: nobody who is gone or hidden, took themselves
 * out, or blocks who made the collection.
 */
export async function listItems(db: Db, collectionIds: readonly string[]): Promise<CollectionItem[]> {
  if (collectionIds.length === 0) return []
  return db
    .selectFrom('collectionItems as i')
    .innerJoin('collections as c', 'c.id', 'i.collectionId')
    .select(itemColumns)
    .where('i.collectionId', 'in', collectionIds)
    .where('i.state', '=', 'accepted')
    .where(
      sql<boolean>`exists (select from actors a where a.id = i.target_id and a.deleted_at is null and not a.hidden)`,
    )
    .where(
      sql<boolean>`not exists (select from blocks b where b.actor_id = i.target_id and b.target_id = c.account_id)`,
    )
    .orderBy('i.id')
    .execute()
}

/** Whatever became of it. */
export async function findItem(
  db: Db,
  collectionId: string,
  id: string,
): Promise<CollectionItem | undefined> {
  return db
    .selectFrom('collectionItems as i')
    .select(itemColumns)
    .where('i.collectionId', '=', collectionId)
    .where('i.id', '=', id)
    .executeTakeFirst()
}

export async function findItemOf(
  db: Db,
  collectionId: string,
  targetId: string,
): Promise<CollectionItem | undefined> {
  return db
    .selectFrom('collectionItems as i')
    .select(itemColumns)
    .where('i.collectionId', '=', collectionId)
    .where('i.targetId', '=', targetId)
    .executeTakeFirst()
}

export async function insertItem(tx: Tx, item: Insertable<CollectionItems>): Promise<void> {
  await tx.insertInto('collectionItems').values(item).execute()
}

export async function revokeItem(tx: Tx, id: string): Promise<void> {
  await tx.updateTable('collectionItems').set({ state: 'revoked' }).where('id', '=', id).execute()
}

export async function deleteItem(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('collectionItems').where('id', '=', id).execute()
}
