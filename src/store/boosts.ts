import type { Db, Tx } from '../context.ts'
import type { Visibility } from '../db/schema.ts'
import { deleteTidingsOfDeed } from './notification-sources.ts'
import { goneColumns, publishGone } from './stream-events.ts'

/** A boost is a status that says nothing but what it boosts; one of an actor of ours is a post. */
export type NewBoost = {
  readonly id: string
  readonly actorId: string
  readonly visibility: Visibility
  readonly boostOfId: string
  /** Of what is elsewhere. */
  readonly boostOfUri: string | null
  readonly createdAt: Date
}

const boostType = 'Announce'

/**
 * @param boost `audience`: the author of what is boosted, if elsewhere
 * @returns false when the account boosts that already
 */
export async function insertBoost(tx: Tx, boost: NewBoost & { audience: string[] }): Promise<boolean> {
  const result = await tx
    .insertInto('posts')
    .values({ ...boost, type: boostType, isLocal: true })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n
}

/**
 * @param boost `uri`: the id of the Announce
 * @returns false when that actor boosts that already, or something is here under that id
 */
export async function insertRemoteBoost(
  tx: Tx,
  boost: NewBoost & { uri: string; fetchedAt: Date },
): Promise<boolean> {
  const result = await tx
    .insertInto('remoteStatuses')
    .values({ ...boost, type: boostType, isLocal: false })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** Whether somebody elsewhere deleted a boost under its id, be it that it had not come yet. */
export async function isBoostBuried(db: Db, uri: string, actorUri: string | null): Promise<boolean> {
  const row = await db
    .selectFrom('remoteTombstones')
    .select('uri')
    .where('uri', '=', uri)
    .where('actorUri', '=', actorUri)
    .executeTakeFirst()
  return row !== undefined
}

/** The id of the boost that an actor has made of a status and not taken back. */
export async function findBoostId(db: Db, actorId: string, statusId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('statuses')
    .select('id')
    .where('boostOfId', '=', statusId)
    .where('actorId', '=', actorId)
    .where('deletedAt', 'is', null)
    .executeTakeFirst()
  return row?.id
}

/** Of somebody elsewhere: by what it boosts. */
export async function deleteRemoteBoost(tx: Tx, actorId: string, statusId: string): Promise<boolean> {
  await deleteTidingsOfDeed(tx, 'reblog', actorId, statusId)
  const gone = await tx
    .deleteFrom('remoteStatuses')
    .where('boostOfId', '=', statusId)
    .where('actorId', '=', actorId)
    .returning(goneColumns)
    .execute()
  publishGone(tx, gone)
  return gone.length > 0
}

/** The same by the id of the Announce. */
export async function deleteRemoteBoostByUri(tx: Tx, actorId: string, uri: string): Promise<boolean> {
  const boost = await tx
    .deleteFrom('remoteStatuses')
    .where('uri', '=', uri)
    .where('actorId', '=', actorId)
    .where('boostOfId', 'is not', null)
    .returning(goneColumns)
    .executeTakeFirst()
  if (boost !== undefined) publishGone(tx, [boost])
  if (boost?.boostOfId != null) await deleteTidingsOfDeed(tx, 'reblog', actorId, boost.boostOfId)
  return boost !== undefined
}
