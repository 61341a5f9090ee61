import type { Context } from '../../context.ts'
import type { Jobs } from '../../store/jobs.ts'
import { sayOfPin } from './say-featured.ts'

/** A Remove of a post from what its author features. */
export async function sendPostUnpinned(
  ctx: Context,
  data: Jobs['post.unpinned'],
  jobId: string,
): Promise<void> {
  await sayOfPin(ctx, data.statusId, { type: 'Remove', jobId })
}
