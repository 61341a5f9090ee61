import type { Context } from '../../context.ts'
import { DomainError } from '../../lib/errors.ts'
import { isHidden } from '../../store/actors.ts'
import { isBlocking } from '../../store/blocks.ts'
import { findFollowBetween } from '../../store/follows.ts'
import { findStatus, type Status } from '../../store/statuses.ts'
import { isBoost, maySee, type Judged, type Viewer } from '../policy/visibility.ts'

/**
 * @param viewerId an actor, ours or remote; undefined for anybody
 * @throws DomainError `not_found`, in the same words whether the status does not exist or may not be seen
 */
export async function getVisibleStatus(
  ctx: Pick<Context, 'db'>,
  id: string,
  viewerId: string | undefined,
): Promise<Status> {
  const status = await findStatus(ctx.db, id)
  if (status !== undefined && (await isVisible(ctx, status, viewerId))) return status
  throw new DomainError('not_found', 'There is no such post.')
}

async function isVisible(
  ctx: Pick<Context, 'db'>,
  status: Status,
  viewerId: string | undefined,
): Promise<boolean> {
  const viewer = await placeViewer(ctx, status, viewerId)
  const judged = await judge(ctx, status)
  if (!isBoost(status)) return maySee(judged, viewer)
  const original = status.boostOfId === null ? undefined : await findStatus(ctx.db, status.boostOfId)
  if (original === undefined) return false
  return maySee(judged, viewer, {
    status: await judge(ctx, original),
    viewer: await placeViewer(ctx, original, viewerId),
  })
}

async function judge({ db }: Pick<Context, 'db'>, status: Status): Promise<Judged> {
  return { ...status, isAuthorHidden: await isHidden(db, status.actorId) }
}

/** How somebody stands with the author of a status. */
async function placeViewer(
  ctx: Pick<Context, 'db'>,
  { actorId, visibility }: Status,
  viewerId: string | undefined,
): Promise<Viewer | undefined> {
  if (viewerId === undefined) return undefined
  const follow = visibility === 'private' ? await findFollowBetween(ctx.db, viewerId, actorId) : undefined
  const isBlocked = await isBlocking(ctx.db, actorId, viewerId)
  return { id: viewerId, followsAuthor: follow?.state === 'accepted', isBlocked }
}
