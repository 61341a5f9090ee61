import type { Context } from '../../context.ts'
import type { Jobs } from '../../store/jobs.ts'
import { sayOfTag } from './say-featured.ts'

/** An Add of a hashtag to what an account features. */
export async function sendTagFeatured(
  ctx: Context,
  data: Jobs['tag.featured'],
  jobId: string,
): Promise<void> {
  await sayOfTag(ctx, data, { type: 'Add', jobId })
}
