import { sql, type Insertable, type Selectable } from 'kysely'
import type { Db, Tx } from '../context.ts'
import type { Reactions } from '../db/schema.ts'
import { deleteTidingsOfDeed } from './notification-sources.ts'

/** `name` is an emoji, or the shortcode of a custom one without colons; only the latter has an `emojiUrl`. */
export type Reaction = Selectable<Reactions>

const columns = [
  'id',
  'actorId',
  'statusId',
  'statusUri',
  'name',
  'emojiUrl',
  'uri',
  'createdAt',
] as const satisfies readonly (keyof Reactions)[]

/**
 * A reaction that comes again stays the row that it is, under the id that its latest activity has.
 * @returns whether it is new
 */
export async function upsertReaction(tx: Tx, reaction: Insertable<Reactions>): Promise<boolean> {
  const row = await tx
    .insertInto('reactions')
    .values(reaction)
    .onConflict((conflict) =>
      conflict
        .columns(['statusId', 'actorId', 'name'])
        .doUpdateSet((eb) => ({ uri: eb.ref('excluded.uri'), emojiUrl: eb.ref('excluded.emojiUrl') })),
    )
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id === reaction.id
}

/** A reaction that nobody takes back until the transaction ends. */
export async function holdReaction(tx: Tx, id: string): Promise<Reaction | undefined> {
  return tx.selectFrom('reactions').select(columns).where('id', '=', id).forShare().executeTakeFirst()
}

/** Lets one reaction of an actor to a status at a time be counted with the others. */
export async function lockReactionsBy(tx: Tx, actorId: string, statusId: string): Promise<void> {
  const place = `reactions ${actorId} ${statusId}`
  await sql`select pg_advisory_xact_lock(hashtextextended(${place}::text, 0))`.execute(tx)
}

/** What one actor has put under one status, oldest first. */
export async function listReactionsBy(db: Db, actorId: string, statusId: string): Promise<Reaction[]> {
  return db
    .selectFrom('reactions')
    .select(columns)
    .where('statusId', '=', statusId)
    .where('actorId', '=', actorId)
    .orderBy('id')
    .execute()
}

/** The picture of a custom emoji that somebody put under a status before. */
export async function findEmojiUrl(db: Db, statusId: string, name: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('reactions')
    .select('emojiUrl')
    .where('statusId', '=', statusId)
    .where('name', '=', name)
    .where('emojiUrl', 'is not', null)
    .orderBy('id')
    .executeTakeFirst()
  return row?.emojiUrl ?? undefined
}

/** @returns what was there */
export async function deleteReaction(
  tx: Tx,
  reaction: Pick<Reaction, 'actorId' | 'statusId' | 'name'>,
): Promise<Reaction | undefined> {
  const gone = await tx
    .deleteFrom('reactions')
    .where('statusId', '=', reaction.statusId)
    .where('actorId', '=', reaction.actorId)
    .where('name', '=', reaction.name)
    .returning(columns)
    .executeTakeFirst()
  if (gone !== undefined) await deleteTidingsOfReactions(tx, gone)
  return gone
}

/** By the id that the actor's server gave the activity. */
export async function deleteReactionByUri(tx: Tx, actorId: string, uri: string): Promise<boolean> {
  const gone = await tx
    .deleteFrom('reactions')
    .where('uri', '=', uri)
    .where('actorId', '=', actorId)
    .returning(['actorId', 'statusId'])
    .executeTakeFirst()
  if (gone !== undefined) await deleteTidingsOfReactions(tx, gone)
  return gone !== undefined
}

/** One notification stands for all that somebody put under a status. */
async function deleteTidingsOfReactions(
  tx: Tx,
  { actorId, statusId }: Pick<Reaction, 'actorId' | 'statusId'>,
): Promise<void> {
  const left = await listReactionsBy(tx, actorId, statusId)
  if (left.length === 0) await deleteTidingsOfDeed(tx, 'pleroma:emoji_reaction', actorId, statusId)
}
