import type { Context } from '../../context.ts'
import { listActors } from '../../store/actors.ts'
import { listStatuses, type Status } from '../../store/statuses.ts'
import { listDescendantIds, listVisibleIds } from '../../store/threads.ts'
import { statusUri } from '../accounts/addresses.ts'
import { threadLimits } from './limits.ts'

/**
 * The ids of what anybody may read in a thread, from its beginning on, as far as we know it: at most 1,000, nothing by
 * those whom its author blocks.
 */
export async function listOpenThread(
  ctx: Pick<Context, 'config' | 'db'>,
  { id: rootId, actorId }: Pick<Status, 'id' | 'actorId'>,
): Promise<string[]> {
  const below = await listDescendantIds(ctx.db, rootId, 4 * threadLimits.replies)
  const open = await listVisibleIds(ctx.db, [rootId, ...below], undefined, threadLimits.replies, actorId)
  const statuses = await listStatuses(ctx.db, open)
  const actors = await listActors(ctx.db, [...new Set(statuses.map(({ actorId }) => actorId))])
  const authors = new Map(actors.map((actor) => [actor.id, actor]))
  const byId = new Map(statuses.map((status) => [status.id, status]))
  const first = open.includes(rootId) ? [rootId] : []
  const ordered = [...first, ...open.filter((id) => id !== rootId)]
  return ordered.flatMap((id) => {
    const status = byId.get(id)
    const author = authors.get(status?.actorId ?? '')
    return status && author ? statusUri(ctx.config, status, author) : []
  })
}
