import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { leaveFormer } from '../moving/leave-former.ts'
import { noticeActor } from '../featured/notice-actor.ts'
import type { Actor } from '../../store/actors.ts'
import { acceptFollow, deleteFollow, findFollow } from '../../store/follows.ts'

type Answer = { readonly from: Actor; readonly followId: string }

/** @returns `ignored` when that actor was never asked, which makes a forged answer harmless */
export async function receiveAccept(ctx: Context, answer: Answer): Promise<'accepted' | 'ignored'> {
  return transact(ctx, async (tx) => {
    const follow = await findFollow(tx.db, answer.followId)
    if (follow === undefined || follow.targetId !== answer.from.id) return 'ignored'
    await acceptFollow(tx.db, follow.id, tx.now())
    await leaveFormer(tx, follow.followerId, follow.targetId)
    await noticeActor(tx, answer.from)
    return 'accepted'
  })
}

/** A request refused, or a follower removed later on: either way the follow is over. */
export async function receiveReject(ctx: Context, answer: Answer): Promise<'removed' | 'ignored'> {
  return transact(ctx, async (tx) => {
    const follow = await findFollow(tx.db, answer.followId)
    if (follow === undefined || follow.targetId !== answer.from.id) return 'ignored'
    await deleteFollow(tx.db, follow.id)
    return 'removed'
  })
}
