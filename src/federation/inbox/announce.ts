import type { Context } from '../../context.ts'
import type { Visibility } from '../../db/schema.ts'
import { findStatusIdByUri } from '../../domain/accounts/resolve-local.ts'
import { isBoostWanted } from '../../domain/interactions/is-boost-wanted.ts'
import { receiveBoost } from '../../domain/interactions/receive-boost.ts'
import { publicCollection } from '../vocab/write-contexts.ts'
import { onPassedOn, readPassedOn } from './announce-activity.ts'
import type { Effect, Listener, Received } from './listener.ts'

/**
 * https://www.w3.org/TR/activitypub/#announce-activity-inbox: of a post or, by groups such as Lemmy's communities, of
 * what was done there (https://codeberg.org/fediverse/fep/src/branch/main/fep/1b12/fep-1b12.md). What comes along is
 * never believed: everything is as its own server has it.
 */
export const onAnnounce: Listener = async (ctx, received) => {
  const { actor, activity } = received
  const inner = actor.type === 'Group' ? await readPassedOn(ctx, received) : undefined
  if (inner === undefined) return boost(ctx, received, activity.object.id)
  return inner.type === 'Create'
    ? passOnPost(ctx, received, inner.object.id)
    : onPassedOn(ctx, received, inner)
}

/** A group passes on every comment: those are kept where their thread is, and only what begins a thread is a boost. */
async function passOnPost(
  ctx: Context,
  received: Received,
  targetUri: string | undefined,
): Promise<Effect | undefined> {
  const { actor } = received
  if (targetUri === undefined || !(await isBoostWanted(ctx, { by: actor, targetUri }))) return undefined
  const status = await ctx.remote.resolveStatus(targetUri)
  const isComment = status !== undefined && (status.inReplyToId !== null || status.inReplyToUri !== null)
  return isComment ? undefined : boost(ctx, received, targetUri)
}

async function boost(
  ctx: Context,
  { activity, actor }: Received,
  targetUri: string | undefined,
): Promise<Effect | undefined> {
  if (targetUri === undefined || !(await isBoostWanted(ctx, { by: actor, targetUri }))) return undefined
  const known = await findStatusIdByUri(ctx, targetUri)
  const statusId = known ?? (await ctx.remote.resolveStatus(targetUri))?.id
  if (statusId === undefined) return undefined
  const { id: uri, published } = activity
  const visibility = visibilityOf({ activity, actor })
  return (tx) => receiveBoost(tx, { by: actor, uri, statusId, visibility, published })
}

/** As Mastodon sees it: whom it is addressed to says who may see it. */
function visibilityOf({ activity, actor }: Pick<Received, 'activity' | 'actor'>): Visibility {
  const { to, cc } = activity
  const followers = actor.followersUrl ?? `${actor.uri}/followers`
  if (to.includes(publicCollection)) return 'public'
  if (cc.includes(publicCollection)) return 'unlisted'
  return [...to, ...cc].includes(followers) ? 'private' : 'direct'
}
