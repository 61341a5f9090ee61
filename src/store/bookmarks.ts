import type { Insertable } from 'kysely'
import type { Db, Tx } from '../context.ts'
import type { Bookmarks } from '../db/schema.ts'
import { inOrder, within, type IdRange } from './ranges.ts'
import { visibleTo } from './visibility.ts'

/** A row that puts a status on a list of somebody's. */
export type Kept = { readonly id: string; readonly statusId: string }

export async function insertBookmark(tx: Tx, bookmark: Insertable<Bookmarks>): Promise<void> {
  await tx
    .insertInto('bookmarks')
    .values(bookmark)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export async function deleteBookmark(db: Db, accountId: string, statusId: string): Promise<void> {
  await db
    .deleteFrom('bookmarks')
    .where('accountId', '=', accountId)
    .where('statusId', '=', statusId)
    .execute()
}

export async function hasBookmark(db: Db, accountId: string, statusId: string): Promise<boolean> {
  const row = await db
    .selectFrom('bookmarks')
    .select('id')
    .where('accountId', '=', accountId)
    .where('statusId', '=', statusId)
    .executeTakeFirst()
  return row !== undefined
}

/** Those that the account may still see, the latest bookmark first. */
export async function listBookmarks(db: Db, accountId: string, range: IdRange): Promise<Kept[]> {
  const query = db
    .selectFrom('bookmarks')
    .select(['bookmarks.id', 'bookmarks.statusId'])
    .where('bookmarks.accountId', '=', accountId)
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('statuses')
          .select('statuses.id')
          .whereRef('statuses.id', '=', 'bookmarks.statusId')
          .where(visibleTo(accountId) as never),
      ),
    )
  return inOrder(await within(query, 'bookmarks.id', range).execute(), range)
}

export async function isBookmarked(db: Db, accountId: string, statusId: string): Promise<boolean> {
  const row = await db
    .selectFrom('bookmarks')
    .select('id')
    .where('accountId', '=', accountId)
    .where('statusId', '=', statusId)
    .executeTakeFirst()
  return row !== undefined
}
