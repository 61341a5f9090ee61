import type { TxContext } from '../../context.ts'
import { viewLinkedStatuses, type LinkedView } from '../../domain/statuses/link-views.ts'
import { findStatus, lockPost } from '../../store/statuses.ts'

/**
 * A post with what its document needs, also when it is deleted: a Delete must name it. It is held as it is until what
 * is said of it is planned, so that the order of plans is the order of what happened.
 */
export async function loadPost(ctx: TxContext, statusId: string): Promise<LinkedView | undefined> {
  await lockPost(ctx.db, statusId)
  const status = await findStatus(ctx.db, statusId)
  const [view] = status === undefined ? [] : await viewLinkedStatuses(ctx, [status])
  return view
}
