import type { Context } from '../../context.ts'
import { localFollowId } from '../../domain/accounts/addresses.ts'
import { findAccountByUri } from '../../domain/accounts/resolve-local.ts'
import { findFollowBetween } from '../../store/follows.ts'
import { readEmbeddedActivity } from '../vocab/read-activity.ts'
import type { Received } from './listener.ts'

/**
 * The Follow of ours that an answer is about: by the id that we gave it or, since some servers lose that, by the two
 * actors of the Follow that came along.
 */
export async function findOwnFollow(
  ctx: Context,
  { activity, actor }: Received,
): Promise<string | undefined> {
  const { id, embedded } = activity.object
  const byId = id === undefined ? undefined : localFollowId(ctx.config, id)
  if (byId !== undefined || embedded === undefined) return byId
  const follow = readEmbeddedActivity(embedded)
  if (!follow.ok || follow.activity.type !== 'Follow' || follow.activity.object.id !== actor.uri)
    return undefined
  const follower = await findAccountByUri(ctx, follow.activity.actor)
  return follower && (await findFollowBetween(ctx.db, follower.id, actor.id))?.id
}
