import type { Context } from '../../context.ts'
import { viewStatuses, type StatusView } from '../../domain/statuses/view.ts'
import { findStatus } from '../../store/statuses.ts'

/** A post with what its document needs, also when it is deleted: a Delete must name it. */
export async function loadPost(ctx: Context, statusId: string): Promise<StatusView | undefined> {
  const status = await findStatus(ctx.db, statusId)
  const [view] = status === undefined ? [] : await viewStatuses(ctx, [status])
  return view
}
