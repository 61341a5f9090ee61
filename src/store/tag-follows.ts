import type { Db, Tx } from '../context.ts'
import { inOrder, within, type IdRange } from './ranges.ts'

export type TagFollow = { readonly tag: string; readonly createdAt: Date }

/** Following a tag again changes nothing. */
export async function insertTagFollow(
  tx: Tx,
  follow: { accountId: string; tag: string; createdAt: Date },
): Promise<void> {
  await tx
    .insertInto('tagFollows')
    .values(follow)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export async function deleteTagFollow(tx: Tx, accountId: string, tag: string): Promise<void> {
  await tx.deleteFrom('tagFollows').where('accountId', '=', accountId).where('tag', '=', tag).execute()
}

/** In alphabetical order: all of them, since each account may follow a bounded number only. */
export async function listTagFollows(db: Db, accountId: string): Promise<TagFollow[]> {
  return db
    .selectFrom('tagFollows')
    .select(['tag', 'createdAt'])
    .where('accountId', '=', accountId)
    .orderBy('tag')
    .execute()
}

/** Some of them, those followed last first. */
export async function listTagFollowsIn(
  db: Db,
  accountId: string,
  range: IdRange,
): Promise<{ id: string; tag: string }[]> {
  const query = db.selectFrom('tagFollows').select(['id', 'tag']).where('accountId', '=', accountId)
  return inOrder(await within(query, 'id', range).execute(), range)
}

export async function countTagFollows(db: Db, accountId: string): Promise<number> {
  const row = await db
    .selectFrom('tagFollows')
    .select((eb) => eb.fn.countAll<string>().as('n'))
    .where('accountId', '=', accountId)
    .executeTakeFirstOrThrow()
  return Number(row.n)
}
