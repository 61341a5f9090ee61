import type { Context } from '../../context.ts'
import { compareFollowers } from '../../domain/follows/compare-followers.ts'
import { findActor } from '../../store/actors.ts'
import type { Jobs } from '../../store/jobs.ts'

/** Asks an actor's server who of us follows them, and acts on a list that came whole; on nothing else. */
export async function compareListedFollowers(
  ctx: Context,
  { actorId, url }: Jobs['followers.compare'],
): Promise<void> {
  const target = await findActor(ctx.db, actorId)
  if (target === undefined || target.isLocal || target.deletedAt !== null || target.suspendedAt !== null)
    return
  const listed = await ctx.remote.fetchFollowers(url)
  if (listed === undefined) return
  const outcome = await compareFollowers(ctx, target, listed)
  ctx.log.info({ actor: target.uri, ...outcome }, 'Compared followers with another server')
}
