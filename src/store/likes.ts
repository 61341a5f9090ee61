import type { Insertable, Selectable } from 'kysely'
import type { Db, Tx } from '../context.ts'
import type { Likes } from '../db/schema.ts'
import { deleteTidingsOfDeed } from './notification-sources.ts'

/** `statusUri` is there where the status is elsewhere, `uri` (the id of the Like) where the actor is. */
export type Like = Selectable<Likes>

const columns = [
  'id',
  'actorId',
  'statusId',
  'statusUri',
  'uri',
  'createdAt',
] as const satisfies readonly (keyof Likes)[]

/**
 * A like that comes again stays the row that it is, under the id that its latest Like has.
 * @returns whether it is new
 */
export async function upsertLike(tx: Tx, like: Insertable<Likes>): Promise<boolean> {
  const row = await tx
    .insertInto('likes')
    .values(like)
    .onConflict((conflict) =>
      conflict.columns(['statusId', 'actorId']).doUpdateSet((eb) => ({ uri: eb.ref('excluded.uri') })),
    )
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id === like.id
}

export async function findLike(db: Db, actorId: string, statusId: string): Promise<Like | undefined> {
  return db
    .selectFrom('likes')
    .select(columns)
    .where('statusId', '=', statusId)
    .where('actorId', '=', actorId)
    .executeTakeFirst()
}

/** A like that nobody takes back until the transaction ends. */
export async function holdLike(tx: Tx, id: string): Promise<Like | undefined> {
  return tx.selectFrom('likes').select(columns).where('id', '=', id).forShare().executeTakeFirst()
}

/** @returns what was there */
export async function deleteLike(tx: Tx, actorId: string, statusId: string): Promise<Like | undefined> {
  await deleteTidingsOfDeed(tx, 'favourite', actorId, statusId)
  return tx
    .deleteFrom('likes')
    .where('statusId', '=', statusId)
    .where('actorId', '=', actorId)
    .returning(columns)
    .executeTakeFirst()
}

/** By the id that the actor's server gave the Like. */
export async function deleteLikeByUri(tx: Tx, actorId: string, uri: string): Promise<boolean> {
  const like = await tx
    .deleteFrom('likes')
    .where('uri', '=', uri)
    .where('actorId', '=', actorId)
    .returning('statusId')
    .executeTakeFirst()
  if (like !== undefined) await deleteTidingsOfDeed(tx, 'favourite', actorId, like.statusId)
  return like !== undefined
}
