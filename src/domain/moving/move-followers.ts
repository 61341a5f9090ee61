import type { Context, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { findActor, type Actor } from '../../store/actors.ts'
import { carryEndorsement, carryListMember } from '../../store/carried-choices.ts'
import { updateFollowChoices, type FollowChoices } from '../../store/follow-choices.ts'
import { findFollowBetween, type Follow } from '../../store/follows.ts'
import { enqueue } from '../../store/jobs.ts'
import { listLocalFollowers } from '../../store/moves.ts'
import { findObstacle, followActor } from '../follows/follow-actor.ts'
import { unfollowActor } from '../follows/unfollow-actor.ts'

const batchSize = 100

type Moved = {
  readonly actorId: string
  readonly targetId: string
  /** The follow after which to go on; null at the beginning. */
  readonly after: string | null
}

/**
 * Those of us who follow somebody who moved follow them where they are now: a hundred of them, and then the next. What
 * others of us said about them is carried beside it. Doing it again does no more.
 */
export async function moveFollowers(ctx: Context, { actorId, targetId, after }: Moved): Promise<void> {
  const [actor, target] = [await findActor(ctx.db, actorId), await findActor(ctx.db, targetId)]
  if (actor === undefined || target === undefined || !isThere(target)) return
  if (after === null)
    await transact(ctx, (tx) => enqueue(tx, 'actor.carried', { actorId, targetId, after: '0' }))
  const batch = await listLocalFollowers(ctx.db, actorId, { after, limit: batchSize })
  for (const { follower } of batch) await transact(ctx, (tx) => moveFollower(tx, follower, actor, target))
  const last = batch.at(-1)
  if (batch.length < batchSize || last === undefined) return
  await transact(ctx, (tx) => enqueue(tx, 'actor.moved', { actorId, targetId, after: last.followId }))
}

/**
 * The new place decides as about any follower: a locked one is asked, and until it answers the old one is followed as
 * well. Who may not follow there stays behind, as does who has left or moved.
 */
async function moveFollower(tx: TxContext, follower: Actor, from: Actor, to: Actor): Promise<void> {
  if (!isThere(follower) || follower.movedTo !== null) return
  if ((await findObstacle(tx, follower, to)) !== undefined) return
  if (follower.id !== to.id && !(await followThere(tx, follower, from, to))) return
  await unfollowActor(tx, follower, from)
}

/** With the choices, the lists and the recommendation of the follow that it succeeds. @returns whether that may end */
async function followThere(tx: TxContext, follower: Actor, from: Actor, to: Actor): Promise<boolean> {
  const there = await findFollowBetween(tx.db, follower.id, to.id)
  if (there === undefined) {
    const former = await findFollowBetween(tx.db, follower.id, from.id)
    await followActor(tx, follower, to)
    if (former !== undefined) await updateFollowChoices(tx.db, follower.id, to.id, choicesOf(former))
  }
  const passage = { fromId: from.id, toId: to.id, toUri: to.uri }
  await carryListMember(tx.db, follower.id, passage)
  await carryEndorsement(tx.db, follower.id, passage, tx.newId())
  return !to.locked || there?.state === 'accepted'
}

function choicesOf({ showsBoosts, notifies, languages }: Follow): FollowChoices {
  return { showsBoosts, notifies, languages }
}

function isThere(actor: Actor): boolean {
  return actor.suspendedAt === null && actor.deletedAt === null
}
