import type { Context } from '../../context.ts'
import { DomainError } from '../../lib/errors.ts'
import { findFollowBetween } from '../../store/follows.ts'
import { findStatus, type Status } from '../../store/statuses.ts'
import { maySee } from '../policy/visibility.ts'

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
  if (viewerId === undefined) return maySee(status, undefined)
  const follow =
    status.visibility === 'private' ? await findFollowBetween(ctx.db, viewerId, status.actorId) : undefined
  return maySee(status, { id: viewerId, followsAuthor: follow?.state === 'accepted' })
}
