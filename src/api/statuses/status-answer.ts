import type { Context } from '../../context.ts'
import { getVisibleStatus } from '../../domain/statuses/get-visible.ts'
import type { Actor } from '../../store/actors.ts'
import { listStatuses, type Status } from '../../store/statuses.ts'
import { loadAndPresentStatus, loadAndPresentStatuses, type StatusJson } from '../entities/status.ts'
import type { Call } from '../route.ts'

/** The status that a path names, if the caller may see it. @throws DomainError `not_found` */
export async function getNamedStatus(ctx: Context, { params, viewer }: Call): Promise<Status> {
  return getVisibleStatus(ctx, params['id'] ?? '', viewer?.id)
}

/** A status as it stands after what was done with it; of a boost, what it boosts. */
export async function answerOriginal(
  ctx: Context,
  viewer: Actor,
  { id, boostOfId }: Pick<Status, 'id' | 'boostOfId'>,
): Promise<StatusJson> {
  const status = await getVisibleStatus(ctx, boostOfId ?? id, viewer.id)
  return loadAndPresentStatus(ctx, viewer, status)
}

/** Statuses by their ids, in that order; those that are gone are left out. */
export async function presentByIds(
  ctx: Context,
  viewer: Actor | undefined,
  ids: readonly string[],
): Promise<StatusJson[]> {
  const statuses = new Map((await listStatuses(ctx.db, ids)).map((status) => [status.id, status]))
  return loadAndPresentStatuses(
    ctx,
    viewer,
    ids.flatMap((id) => statuses.get(id) ?? []),
  )
}
