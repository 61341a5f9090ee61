import type { Db, Tx } from '../context.ts'

/** A thread is known by the status at its top, as far up as we knew it then. */
export async function insertMutedThread(tx: Tx, accountId: string, rootId: string, at: Date): Promise<void> {
  await tx
    .insertInto('mutedThreads')
    .values({ accountId, rootId, createdAt: at })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export async function deleteMutedThreads(
  db: Db,
  accountId: string,
  rootIds: readonly string[],
): Promise<void> {
  await db
    .deleteFrom('mutedThreads')
    .where('accountId', '=', accountId)
    .where('rootId', 'in', rootIds)
    .execute()
}
