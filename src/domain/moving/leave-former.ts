import type { TxContext } from '../../context.ts'
import { findActor, listActors } from '../../store/actors.ts'
import { listFormerOf } from '../../store/carried-choices.ts'
import { unfollowActor } from '../follows/unfollow-actor.ts'

/** A member was let in where somebody moved to, and needs the place that they left no longer. */
export async function leaveFormer(tx: TxContext, followerId: string, presentId: string): Promise<void> {
  const ids = await listFormerOf(tx.db, followerId, presentId)
  const follower = ids.length === 0 ? undefined : await findActor(tx.db, followerId)
  if (follower === undefined || !follower.isLocal) return
  for (const former of await listActors(tx.db, ids)) await unfollowActor(tx, follower, former)
}
