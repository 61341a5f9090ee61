import type { Context } from '../../context.ts'
import type { Actor } from '../../store/actors.ts'
import { isBlockedBetween } from '../../store/blocks.ts'
import { findFollowBetween } from '../../store/follows.ts'
import type { Status } from '../../store/statuses.ts'
import { isBoost, isOpen } from '../policy/visibility.ts'

export const quotePolicies = ['public', 'followers', 'nobody'] as const
export type QuotePolicy = (typeof quotePolicies)[number]

/** Who may quote a post of ours: anybody unless its author says otherwise; what is not for everybody, nobody. */
export function quotePolicyOf(post: Pick<Status, 'visibility' | 'quotePolicy'>): QuotePolicy {
  return isOpen(post) ? ((post.quotePolicy ?? 'public') as QuotePolicy) : 'nobody'
}

/** May somebody, ours or not, quote this post of ours? Blocks between the two count both ways. */
export async function mayQuote(
  ctx: Pick<Context, 'db'>,
  quoted: Status,
  by: Pick<Actor, 'id'>,
): Promise<boolean> {
  if (!quoted.isLocal || quoted.deletedAt !== null || isBoost(quoted)) return false
  if (quoted.actorId === by.id) return true
  if (await isBlockedBetween(ctx.db, quoted.actorId, by.id)) return false
  switch (quotePolicyOf(quoted)) {
    case 'public':
      return true
    case 'followers':
      return (await findFollowBetween(ctx.db, by.id, quoted.actorId))?.state === 'accepted'
    case 'nobody':
      return false
  }
}
