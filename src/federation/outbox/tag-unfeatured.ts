import type { Context } from '../../context.ts'
import type { Jobs } from '../../store/jobs.ts'
import { sayOfTag } from './say-featured.ts'

/** A Remove of a hashtag from what an account features. */
export async function sendTagUnfeatured(
  ctx: Context,
  data: Jobs['tag.unfeatured'],
  jobId: string,
): Promise<void> {
  await sayOfTag(ctx, data, { type: 'Remove', jobId })
}
