import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { isDomainBlockedBy, listTiesToDomain } from '../../store/account-domain-blocks.ts'
import { findActor, listActors } from '../../store/actors.ts'
import { enqueue } from '../../store/jobs.ts'
import { dismissFollower } from '../follows/answer-follow.ts'
import { unfollowActor } from '../follows/unfollow-actor.ts'

const batchSize = 100

/**
 * A member has blocked a domain: follows end both ways, a hundred on each side, and then the next. Again ends what is
 * left; it stops when the domain is not blocked any more.
 */
export async function endTiesToDomain(
  ctx: Context,
  { accountId, domain }: { accountId: string; domain: string },
): Promise<void> {
  const account = await findActor(ctx.db, accountId)
  if (account === undefined || account.deletedAt !== null) return
  if (!(await isDomainBlockedBy(ctx.db, accountId, domain))) return
  const { following, followers } = await listTiesToDomain(ctx.db, accountId, domain, batchSize)
  for (const target of await listActors(ctx.db, following)) await unfollowActor(ctx, account, target)
  for (const followerId of followers) await dismissFollower(ctx, account, followerId)
  if (following.length < batchSize && followers.length < batchSize) return
  await transact(ctx, (tx) => enqueue(tx, 'domain.shunned', { accountId, domain }))
}
