import type { Db, Tx } from '../context.ts'

/** What an actor shows first, the latest first; what is gone is not there. */
export async function listFeaturedIds(db: Db, actorId: string, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('featuredStatuses')
    .innerJoin('statuses', 'statuses.id', 'featuredStatuses.statusId')
    .select('featuredStatuses.statusId')
    .where('featuredStatuses.actorId', '=', actorId)
    .where('statuses.deletedAt', 'is', null)
    .orderBy('featuredStatuses.createdAt', 'desc')
    .orderBy('featuredStatuses.statusId', 'desc')
    .limit(limit)
    .execute()
  return rows.map(({ statusId }) => statusId)
}

/** @returns false when it was there before */
export async function insertFeatured(tx: Tx, actorId: string, statusId: string, at: Date): Promise<boolean> {
  const row = await tx
    .insertInto('featuredStatuses')
    .values({ actorId, statusId, createdAt: at })
    .onConflict((conflict) => conflict.doNothing())
    .returning('statusId')
    .executeTakeFirst()
  return row !== undefined
}

/** @returns false when it was not there */
export async function deleteFeatured(tx: Tx, actorId: string, statusId: string): Promise<boolean> {
  const result = await tx
    .deleteFrom('featuredStatuses')
    .where('actorId', '=', actorId)
    .where('statusId', '=', statusId)
    .executeTakeFirst()
  return result.numDeletedRows > 0n
}

/** These, in this order, and nothing else. */
export async function replaceFeatured(
  tx: Tx,
  actorId: string,
  statusIds: readonly string[],
  at: Date,
): Promise<void> {
  await tx.deleteFrom('featuredStatuses').where('actorId', '=', actorId).execute()
  if (statusIds.length === 0) return
  const rows = statusIds.map((statusId, index) => ({
    actorId,
    statusId,
    createdAt: new Date(at.getTime() - index),
  }))
  await tx.insertInto('featuredStatuses').values(rows).execute()
}

/** Hashtags that an actor shows, by name. */
export async function listFeaturedTags(db: Db, actorId: string, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('featuredTags')
    .select('tag')
    .where('actorId', '=', actorId)
    .orderBy('tag')
    .limit(limit)
    .execute()
  return rows.map(({ tag }) => tag)
}

/** @returns false when it was there before */
export async function insertFeaturedTag(tx: Tx, actorId: string, tag: string): Promise<boolean> {
  const row = await tx
    .insertInto('featuredTags')
    .values({ actorId, tag })
    .onConflict((conflict) => conflict.doNothing())
    .returning('tag')
    .executeTakeFirst()
  return row !== undefined
}

/** @returns false when it was not there */
export async function deleteFeaturedTag(tx: Tx, actorId: string, tag: string): Promise<boolean> {
  const result = await tx
    .deleteFrom('featuredTags')
    .where('actorId', '=', actorId)
    .where('tag', '=', tag)
    .executeTakeFirst()
  return result.numDeletedRows > 0n
}

export async function replaceFeaturedTags(tx: Tx, actorId: string, tags: readonly string[]): Promise<void> {
  await tx.deleteFrom('featuredTags').where('actorId', '=', actorId).execute()
  if (tags.length === 0) return
  await tx
    .insertInto('featuredTags')
    .values(tags.map((tag) => ({ actorId, tag })))
    .execute()
}

/** Holds the account while something is counted and added. */
export async function lockAccountRow(tx: Tx, accountId: string): Promise<void> {
  await tx.selectFrom('accounts').select('id').where('id', '=', accountId).forUpdate().execute()
}

/**
 * Takes the right to read what another server's actor features.
 * @returns false when it was read after `before`
 */
export async function claimFeatured(db: Db, actorId: string, before: Date, now: Date): Promise<boolean> {
  const row = await db
    .updateTable('remoteActors')
    .set({ featuredCheckedAt: now })
    .where('id', '=', actorId)
    .where((eb) => eb.or([eb('featuredCheckedAt', 'is', null), eb('featuredCheckedAt', '<', before)]))
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Gives that right back, unless somebody else took it since `claimedAt`. */
export async function releaseFeatured(db: Db, actorId: string, claimedAt: Date): Promise<void> {
  await db
    .updateTable('remoteActors')
    .set({ featuredCheckedAt: null })
    .where('id', '=', actorId)
    .where('featuredCheckedAt', '=', claimedAt)
    .execute()
}

/** Whether somebody here follows an actor whose featured posts were not read after `before`. */
export async function isFeaturedWanted(db: Db, actorId: string, before: Date): Promise<boolean> {
  const row = await db
    .selectFrom('remoteActors')
    .select('id')
    .where('id', '=', actorId)
    .where((eb) => eb.or([eb('featuredUrl', 'is not', null), eb('featuredTagsUrl', 'is not', null)]))
    .where((eb) => eb.or([eb('featuredCheckedAt', 'is', null), eb('featuredCheckedAt', '<', before)]))
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('follows')
          .select('follows.id')
          .whereRef('follows.targetId', '=', 'remoteActors.id')
          .where('follows.followerUri', 'is', null)
          .where('follows.state', '=', 'accepted'),
      ),
    )
    .executeTakeFirst()
  return row !== undefined
}
