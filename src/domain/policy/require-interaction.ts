import type { Context } from '../../context.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import { findFollowBetween } from '../../store/follows.ts'
import type { Status } from '../../store/statuses.ts'
import { actorUri } from '../accounts/addresses.ts'
import { mayInteract, type Interaction, type Permitted } from './may-interact.ts'

type Reader = Pick<Context, 'config' | 'db'>

/**
 * What the author of a status elsewhere lets one of ours do with it; what is ours is for other rules. Of who follows
 * whom only what is certain counts: that one of ours does not follow. Their list of whom they follow may be out of date
 * here, so somebody whom they seem not to follow is not held back.
 */
async function permittedTo(
  ctx: Reader,
  status: Status,
  author: Actor,
  actor: Actor,
  kind: Interaction,
): Promise<Permitted> {
  if (status.isLocal) return 'automatic'
  const follow =
    status.interactionPolicy === null ? undefined : await findFollowBetween(ctx.db, actor.id, author.id)
  return mayInteract(status, author, actor, kind, {
    actorUri: actorUri(ctx.config, actor),
    followsAuthor: follow?.state === 'accepted',
  })
}

const verbs: { readonly [Kind in Interaction]: string } = {
  like: 'liked',
  reply: 'answered',
  announce: 'boosted',
  quote: 'quoted',
}

/** @throws DomainError `forbidden` where the author's policy plainly says no */
export async function requireInteraction(
  ctx: Reader,
  status: Status,
  author: Actor,
  actor: Actor,
  kind: Interaction,
): Promise<void> {
  if ((await permittedTo(ctx, status, author, actor, kind)) === 'forbidden')
    throw new DomainError('forbidden', `Its author does not want this post to be ${verbs[kind]} by you.`)
}
