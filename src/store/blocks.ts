import type { Insertable, Selectable } from 'kysely'
import type { Db, Tx } from '../context.ts'
import type { Blocks } from '../db/schema.ts'

/** Who does not want to have to do with whom; `uri` is the id of the Block of somebody elsewhere. */
export type Block = Selectable<Blocks>

const columns = [
  'id',
  'actorId',
  'targetId',
  'targetUri',
  'uri',
  'createdAt',
] as const satisfies readonly (keyof Blocks)[]

/** A block that comes again stays the row that it is, under the id that its latest Block has. */
export async function upsertBlock(tx: Tx, block: Insertable<Blocks>): Promise<Block> {
  return tx
    .insertInto('blocks')
    .values(block)
    .onConflict((conflict) =>
      conflict
        .columns(['actorId', 'targetId'])
        .doUpdateSet((eb) => ({ uri: eb.ref('excluded.uri'), targetUri: eb.ref('excluded.targetUri') })),
    )
    .returning(columns)
    .executeTakeFirstOrThrow()
}

/** A block that nobody takes back until the transaction ends. */
export async function holdBlock(tx: Tx, id: string): Promise<Block | undefined> {
  return tx.selectFrom('blocks').select(columns).where('id', '=', id).forShare().executeTakeFirst()
}

export async function findBlock(db: Db, actorId: string, targetId: string): Promise<Block | undefined> {
  return db
    .selectFrom('blocks')
    .select(columns)
    .where('actorId', '=', actorId)
    .where('targetId', '=', targetId)
    .executeTakeFirst()
}

export async function isBlocking(db: Db, actorId: string, targetId: string): Promise<boolean> {
  return (await findBlock(db, actorId, targetId)) !== undefined
}

/** Either of the two blocks the other. */
export async function isBlockedBetween(db: Db, oneId: string, otherId: string): Promise<boolean> {
  const row = await db
    .selectFrom('blocks')
    .select('id')
    .where((eb) =>
      eb.or([
        eb.and([eb('actorId', '=', oneId), eb('targetId', '=', otherId)]),
        eb.and([eb('actorId', '=', otherId), eb('targetId', '=', oneId)]),
      ]),
    )
    .executeTakeFirst()
  return row !== undefined
}

export async function hasBlocks(db: Db, actorId: string): Promise<boolean> {
  const row = await db.selectFrom('blocks').select('id').where('actorId', '=', actorId).executeTakeFirst()
  return row !== undefined
}

/** Which of these actors block the target. */
export async function listBlocking(
  db: Db,
  actorIds: readonly string[],
  targetId: string,
): Promise<ReadonlySet<string>> {
  if (actorIds.length === 0) return new Set()
  const rows = await db
    .selectFrom('blocks')
    .select('actorId')
    .where('actorId', 'in', actorIds)
    .where('targetId', '=', targetId)
    .execute()
  return new Set(rows.map((row) => row.actorId))
}

/** Whether the author of a status blocks an actor; false for a status that we do not have. */
export async function isBlockedByAuthor(db: Db, statusId: string, actorId: string): Promise<boolean> {
  const row = await db
    .selectFrom('statuses')
    .innerJoin('blocks', 'blocks.actorId', 'statuses.actorId')
    .select('blocks.id')
    .where('statuses.id', '=', statusId)
    .where('blocks.targetId', '=', actorId)
    .executeTakeFirst()
  return row !== undefined
}

/** @returns false when there was none */
export async function deleteBlock(tx: Tx, actorId: string, targetId: string): Promise<boolean> {
  const [result] = await tx
    .deleteFrom('blocks')
    .where('actorId', '=', actorId)
    .where('targetId', '=', targetId)
    .execute()
  return (result?.numDeletedRows ?? 0n) > 0n
}

/** @returns false when that actor made no block under this id */
export async function deleteBlockByUri(tx: Tx, actorId: string, uri: string): Promise<boolean> {
  const [result] = await tx
    .deleteFrom('blocks')
    .where('uri', '=', uri)
    .where('actorId', '=', actorId)
    .execute()
  return (result?.numDeletedRows ?? 0n) > 0n
}

/** Both ways, of an actor that is gone. */
export async function deleteBlocksOf(tx: Tx, actorId: string): Promise<void> {
  await tx
    .deleteFrom('blocks')
    .where((eb) => eb.or([eb('actorId', '=', actorId), eb('targetId', '=', actorId)]))
    .execute()
}
