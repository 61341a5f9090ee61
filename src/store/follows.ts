import { sql, type Insertable, type Selectable } from 'kysely'
import type { Db, Tx } from '../context.ts'
import type { Follows } from '../db/schema.ts'
import { notHidden } from './visibility.ts'

export type Follow = Selectable<Follows>
export type NewFollow = Insertable<Follows>

const columns = [
  'id',
  'followerId',
  'targetId',
  'followerUri',
  'targetUri',
  'inboxId',
  'sharedInboxId',
  'activityUri',
  'state',
  'createdAt',
  'acceptedAt',
  'showsBoosts',
  'notifies',
  'languages',
] as const satisfies readonly (keyof Follows)[]

export async function findFollow(db: Db, id: string): Promise<Follow | undefined> {
  return db.selectFrom('follows').select(columns).where('id', '=', id).executeTakeFirst()
}

/** A follow that nobody ends until the transaction does. */
export async function holdFollow(tx: Tx, id: string): Promise<Follow | undefined> {
  return tx.selectFrom('follows').select(columns).where('id', '=', id).forShare().executeTakeFirst()
}

export async function findFollowBetween(
  db: Db,
  followerId: string,
  targetId: string,
): Promise<Follow | undefined> {
  return db
    .selectFrom('follows')
    .select(columns)
    .where('targetId', '=', targetId)
    .where('followerId', '=', followerId)
    .executeTakeFirst()
}

/**
 * A follow that comes again keeps its row and its state; the addresses and the id of the latest Follow are kept,
 * since that is the one that an Accept or an Undo will name.
 */
export async function upsertFollow(tx: Tx, follow: NewFollow): Promise<Follow> {
  return tx
    .insertInto('follows')
    .values(follow)
    .onConflict((conflict) =>
      conflict.columns(['targetId', 'followerId']).doUpdateSet((eb) => ({
        inboxId: eb.ref('excluded.inboxId'),
        sharedInboxId: eb.ref('excluded.sharedInboxId'),
        activityUri: eb.ref('excluded.activityUri'),
      })),
    )
    .returning(columns)
    .executeTakeFirstOrThrow()
}

export async function acceptFollow(tx: Tx, id: string, at: Date): Promise<void> {
  await tx
    .updateTable('follows')
    .set({ state: 'accepted', acceptedAt: at })
    .where('id', '=', id)
    .where('state', '=', 'pending')
    .execute()
}

/** With what stands on it: what the target was told, and where the follower put them: on lists, and among the recommended. */
export async function deleteFollow(tx: Tx, id: string): Promise<void> {
  await sql`
    with gone as (
      delete from follows where id = ${id}::bigint returning target_id, follower_id
    ), untold as (
      delete from notifications n using gone
      where n.account_id = gone.target_id and n.from_id = gone.follower_id and n.type in ('follow', 'follow_request')
    ), unlisted as (
      delete from list_members m using gone, lists l
      where l.account_id = gone.follower_id and m.list_id = l.id and m.target_id = gone.target_id
    )
    delete from endorsements e using gone
    where e.account_id = gone.follower_id and e.target_id = gone.target_id`.execute(tx)
}

/** Both ways, of an actor that is gone: nobody has them on a list or recommends them either. */
export async function deleteFollowsOf(tx: Tx, actorId: string): Promise<void> {
  await tx.deleteFrom('listMembers').where('targetId', '=', actorId).execute()
  await sql`delete from endorsements e using follows f
    where f.target_id = ${actorId}::bigint and e.account_id = f.follower_id and e.target_id = f.target_id`.execute(
    tx,
  )
  await tx
    .deleteFrom('follows')
    .where((eb) => eb.or([eb('followerId', '=', actorId), eb('targetId', '=', actorId)]))
    .execute()
}

/** Whether somebody here follows them. */
export async function hasFollowerHere(db: Db, targetId: string): Promise<boolean> {
  const row = await db
    .selectFrom('follows')
    .select('id')
    .where('targetId', '=', targetId)
    .where('followerUri', 'is', null)
    .where('state', '=', 'accepted')
    .executeTakeFirst()
  return row !== undefined
}

/** By the id that the follower's server gave the Follow. */
export async function findFollowByActivity(
  db: Db,
  followerId: string,
  activityUri: string,
): Promise<Follow | undefined> {
  return db
    .selectFrom('follows')
    .select(columns)
    .where('followerId', '=', followerId)
    .where('activityUri', '=', activityUri)
    .executeTakeFirst()
}

/** Who waits the longest first; all of them unless told otherwise. */
export async function listPendingFollowers(db: Db, targetId: string, limit?: number): Promise<Follow[]> {
  const query = db
    .selectFrom('follows')
    .select(columns)
    .where('targetId', '=', targetId)
    .where('state', '=', 'pending')
    .orderBy('id')
  return (limit === undefined ? query : query.limit(limit)).execute()
}

/** A follower elsewhere has other inboxes than when they began to follow: their copies go there from now on. */
export async function updateFollowerInboxes(
  tx: Tx,
  followerId: string,
  inboxes: { inboxId: number; sharedInboxId: number | null },
): Promise<void> {
  await tx
    .updateTable('follows')
    .set(inboxes)
    .where('followerId', '=', followerId)
    .where((eb) =>
      eb.or([
        eb('inboxId', '!=', inboxes.inboxId),
        eb('sharedInboxId', 'is distinct from', inboxes.sharedInboxId),
      ]),
    )
    .execute()
}

/** Without those who are hidden. */
export type FollowCounts = { readonly followers: number; readonly following: number }

export async function countFollows(db: Db, actorId: string): Promise<FollowCounts> {
  const row = await db
    .selectNoFrom((eb) => [
      eb
        .selectFrom('follows')
        .select((count) => count.fn.countAll<string>().as('n'))
        .where('targetId', '=', actorId)
        .where('state', '=', 'accepted')
        .where(notHidden(sql.ref('follows.followerId')))
        .as('followers'),
      eb
        .selectFrom('follows')
        .select((count) => count.fn.countAll<string>().as('n'))
        .where('followerId', '=', actorId)
        .where('state', '=', 'accepted')
        .where(notHidden(sql.ref('follows.targetId')))
        .as('following'),
    ])
    .executeTakeFirstOrThrow()
  return { followers: Number(row.followers), following: Number(row.following) }
}

/** One page of either side of the relation, newest first, with the actor at the other end: nobody who is hidden. */
export async function listFollowPage(
  db: Db,
  side: 'followers' | 'following',
  actorId: string,
  page: { before: string | undefined; limit: number },
): Promise<{ id: string; actorId: string }[]> {
  const [mine, other] =
    side === 'followers' ? (['targetId', 'followerId'] as const) : (['followerId', 'targetId'] as const)
  let query = db
    .selectFrom('follows')
    .select(['id', `${other} as actorId`])
    .where(mine, '=', actorId)
    .where('state', '=', 'accepted')
    .where(notHidden(sql.ref(`follows.${other}`)))
    .orderBy('id', 'desc')
    .limit(page.limit)
  if (page.before !== undefined) query = query.where('id', '<', page.before)
  return query.execute()
}
