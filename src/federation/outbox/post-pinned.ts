import type { Context } from '../../context.ts'
import type { Jobs } from '../../store/jobs.ts'
import { sayOfPin } from './say-featured.ts'

/** An Add of a post to what its author features. */
export async function sendPostPinned(ctx: Context, data: Jobs['post.pinned'], jobId: string): Promise<void> {
  await sayOfPin(ctx, data.statusId, { type: 'Add', jobId })
}
