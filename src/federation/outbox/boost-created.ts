import type { Context } from '../../context.ts'
import type { Jobs } from '../../store/jobs.ts'
import { writeAnnounce } from '../vocab/write-interaction.ts'
import { sayOfPost, whileItIsThere } from './say-of-post.ts'

/** An Announce to the followers, and to the author of what is boosted. */
export async function sendBoostCreated(
  ctx: Context,
  data: Jobs['boost.created'],
  jobId: string,
): Promise<void> {
  await sayOfPost(ctx, jobId, data.statusId, whileItIsThere(writeAnnounce))
}
