import type { Db, Tx } from '../context.ts'
import { listActors, type Actor } from './actors.ts'

/** Where somebody went, and when that was last carried out. */
export type MoveState = { readonly movedToId: string | null; readonly movedAt: Date | null }

export async function findMoveState(db: Db, actorId: string): Promise<MoveState | undefined> {
  return db.selectFrom('actors').select(['movedToId', 'movedAt']).where('id', '=', actorId).executeTakeFirst()
}

export type Redirect = MoveState & { readonly movedTo: string | null }

/** Where somebody elsewhere went, held until the transaction ends; undefined for whom we do not know. */
export async function lockRedirect(tx: Tx, actorUri: string): Promise<Redirect | undefined> {
  return tx
    .selectFrom('remoteActors')
    .select(['movedTo', 'movedToId', 'movedAt'])
    .where('uri', '=', actorUri)
    .forUpdate()
    .executeTakeFirst()
}

/** Somebody elsewhere is back: when they last moved stays known. */
export async function clearRemoteMove(tx: Tx, actorId: string): Promise<void> {
  await tx
    .updateTable('remoteActors')
    .set({ movedTo: null, movedToId: null })
    .where('id', '=', actorId)
    .where('movedTo', 'is not', null)
    .execute()
}

export type Destination = { readonly id: string; readonly uri: string }

/**
 * Notes that somebody elsewhere has moved.
 * @param notSince a move that was carried out later than this stands
 * @returns false when there is one
 */
export async function markRemoteMove(
  tx: Tx,
  actorId: string,
  to: Destination,
  { at, notSince }: { at: Date; notSince: Date },
): Promise<boolean> {
  const result = await tx
    .updateTable('remoteActors')
    .set({ movedTo: to.uri, movedToId: to.id, movedAt: at })
    .where('id', '=', actorId)
    .where((eb) => eb.or([eb('movedAt', 'is', null), eb('movedAt', '<=', notSince)]))
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** When an account of ours last moved, if it did; nobody else moves it before this transaction ends. */
export async function lockAccountMove(tx: Tx, accountId: string): Promise<Date | null> {
  const row = await tx
    .selectFrom('accounts')
    .select('movedAt')
    .where('id', '=', accountId)
    .forUpdate()
    .executeTakeFirst()
  return row?.movedAt ?? null
}

/** Of an account of ours; `to` is null when it takes its redirect back: when it last moved stays known. */
export async function setAccountMove(
  tx: Tx,
  accountId: string,
  to: Destination | null,
  at: Date,
): Promise<void> {
  const place = { movedTo: to?.uri ?? null, movedToId: to?.id ?? null, updatedAt: at }
  await tx
    .updateTable('accounts')
    .set(to === null ? place : { ...place, movedAt: at })
    .where('id', '=', accountId)
    .execute()
}

export async function setAliases(
  tx: Tx,
  accountId: string,
  alsoKnownAs: readonly string[],
  at: Date,
): Promise<void> {
  await tx
    .updateTable('accounts')
    .set({ alsoKnownAs: [...alsoKnownAs], updatedAt: at })
    .where('id', '=', accountId)
    .execute()
}

/** The aliases of an account of ours, held until the transaction ends. */
export async function lockAliases(tx: Tx, accountId: string): Promise<readonly string[]> {
  const row = await tx
    .selectFrom('accounts')
    .select('alsoKnownAs')
    .where('id', '=', accountId)
    .forUpdate()
    .executeTakeFirstOrThrow()
  return row.alsoKnownAs
}

type LocalFollower = { readonly followId: string; readonly follower: Actor }

/** Those of us who follow an actor, oldest follow first. */
export async function listLocalFollowers(
  db: Db,
  targetId: string,
  page: { after: string | null; limit: number },
): Promise<LocalFollower[]> {
  let query = db
    .selectFrom('follows')
    .select(['id', 'followerId'])
    .where('targetId', '=', targetId)
    .where('followerUri', 'is', null)
    .where('state', '=', 'accepted')
    .orderBy('id')
    .limit(page.limit)
  if (page.after !== null) query = query.where('id', '>', page.after)
  const rows = await query.execute()
  const followers = new Map(
    (
      await listActors(
        db,
        rows.map((row) => row.followerId),
      )
    ).map((actor) => [actor.id, actor]),
  )
  return rows.flatMap(({ id, followerId }) => {
    const follower = followers.get(followerId)
    return follower === undefined ? [] : [{ followId: id, follower }]
  })
}

/** One actor of each server that runs one of these programs, for what is meant for the server; those of blocked ones not. */
export async function listOneOfEachHost(
  db: Db,
  software: readonly string[],
  limit: number,
): Promise<string[]> {
  const rows = await db
    .selectFrom('remoteActors')
    .innerJoin('inboxes', 'inboxes.id', 'remoteActors.inboxId')
    .innerJoin('hosts', 'hosts.id', 'inboxes.hostId')
    .select('remoteActors.id')
    .distinctOn('inboxes.hostId')
    .where('hosts.software', 'in', [...software])
    .where('remoteActors.domainBlocked', '=', false)
    .where('remoteActors.deletedAt', 'is', null)
    .orderBy('inboxes.hostId')
    .orderBy('remoteActors.id')
    .limit(limit)
    .execute()
  return rows.map(({ id }) => id)
}
