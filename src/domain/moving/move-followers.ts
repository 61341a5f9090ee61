import type { Context, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { findActor, type Actor } from '../../store/actors.ts'
import { isBlockedBetween } from '../../store/blocks.ts'
import { findFollowBetween } from '../../store/follows.ts'
import { enqueue } from '../../store/jobs.ts'
import { listLocalFollowers } from '../../store/moves.ts'
import { followActor } from '../follows/follow-actor.ts'
import { unfollowActor } from '../follows/unfollow-actor.ts'

const batchSize = 100

type Moved = {
  readonly actorId: string
  readonly targetId: string
  /** The follow after which to go on; null at the beginning. */
  readonly after: string | null
}

/**
 * Those of us who follow somebody who moved follow them where they are now: a hundred of them, and then the next. Who
 * was taken along no longer follows the old place, so doing it again does no more.
 */
export async function moveFollowers(ctx: Context, { actorId, targetId, after }: Moved): Promise<void> {
  const [actor, target] = [await findActor(ctx.db, actorId), await findActor(ctx.db, targetId)]
  if (actor === undefined || target === undefined || !isThere(target)) return
  const batch = await listLocalFollowers(ctx.db, actorId, { after, limit: batchSize })
  for (const { follower } of batch) await transact(ctx, (tx) => moveFollower(tx, follower, actor, target))
  const last = batch.at(-1)
  if (batch.length < batchSize || last === undefined) return
  await transact(ctx, (tx) => enqueue(tx, 'actor.moved', { actorId, targetId, after: last.followId }))
}

/**
 * The new place decides as about any follower: a locked one is asked, and who is blocked either way stays behind, as
 * does who has left or moved.
 */
async function moveFollower(tx: TxContext, follower: Actor, from: Actor, to: Actor): Promise<void> {
  if (!isThere(follower) || follower.movedTo !== null) return
  if (await isBlockedBetween(tx.db, follower.id, to.id)) return
  const isOwn = follower.id === to.id
  if (!isOwn && (await findFollowBetween(tx.db, follower.id, to.id)) === undefined)
    await followActor(tx, follower, to)
  await unfollowActor(tx, follower, from)
}

function isThere(actor: Actor): boolean {
  return actor.suspendedAt === null && actor.deletedAt === null
}
