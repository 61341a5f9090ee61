import type { Context } from '../../context.ts'
import type { Jobs } from '../../store/jobs.ts'
import { writeAnnounce } from '../vocab/write-interaction.ts'
import { sayOfPost, whileItIsThere } from './say-of-post.ts'

/** An Announce to the followers, and to the author of what is boosted. */
export async function sendBoostCreated(
  ctx: Context,
  jobId: string,
  data: Jobs['boost.created'],
): Promise<void> {
  await sayOfPost(ctx, jobId, data.statusId, whileItIsThere(writeAnnounce))
}
