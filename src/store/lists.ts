import type { Insertable, Selectable } from 'kysely'
import type { Db, Tx } from '../context.ts'
import type { Lists } from '../db/schema.ts'

/** People whom a member reads together. */
export type List = Selectable<Lists>

const columns = [
  'lists.id',
  'lists.accountId',
  'lists.title',
  'lists.repliesPolicy',
  'lists.exclusive',
  'lists.createdAt',
] as const

export async function listLists(db: Db, accountId: string): Promise<List[]> {
  return db
    .selectFrom('lists')
    .select(columns)
    .where('lists.accountId', '=', accountId)
    .orderBy('lists.id')
    .execute()
}

/** Those of an account that somebody is on. */
export async function listListsWith(db: Db, accountId: string, targetId: string): Promise<List[]> {
  return db
    .selectFrom('lists')
    .innerJoin('listMembers', 'listMembers.listId', 'lists.id')
    .select(columns)
    .where('lists.accountId', '=', accountId)
    .where('listMembers.targetId', '=', targetId)
    .orderBy('lists.id')
    .execute()
}

export async function findList(db: Db, accountId: string, id: string): Promise<List | undefined> {
  return db
    .selectFrom('lists')
    .select(columns)
    .where('lists.id', '=', id)
    .where('lists.accountId', '=', accountId)
    .executeTakeFirst()
}

export async function insertList(tx: Tx, list: Insertable<Lists>): Promise<List> {
  return tx.insertInto('lists').values(list).returning(columns).executeTakeFirstOrThrow()
}

export async function updateList(
  tx: Tx,
  id: string,
  changes: Partial<Pick<List, 'title' | 'repliesPolicy' | 'exclusive'>>,
): Promise<void> {
  if (Object.keys(changes).length === 0) return
  await tx.updateTable('lists').set(changes).where('id', '=', id).execute()
}

export async function deleteList(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('lists').where('id', '=', id).execute()
}

export async function insertListMembers(
  tx: Tx,
  members: readonly { listId: string; targetId: string; targetUri: string | null }[],
): Promise<void> {
  if (members.length === 0) return
  await tx
    .insertInto('listMembers')
    .values([...members])
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export async function deleteListMembers(tx: Tx, listId: string, targetIds: readonly string[]): Promise<void> {
  if (targetIds.length === 0) return
  await tx.deleteFrom('listMembers').where('listId', '=', listId).where('targetId', 'in', targetIds).execute()
}

export async function countListMembers(db: Db, listId: string): Promise<number> {
  const row = await db
    .selectFrom('listMembers')
    .select((eb) => eb.fn.countAll<string>().as('n'))
    .where('listId', '=', listId)
    .executeTakeFirstOrThrow()
  return Number(row.n)
}
