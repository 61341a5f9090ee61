import type { Context } from '../../context.ts'
import { writeUpdate } from '../vocab/write-note.ts'
import { sayOfPost, whileItIsThere } from './say-of-post.ts'

/** An Update to everybody whom an edited post is for. */
export async function sendStatusUpdated(
  ctx: Context,
  data: { statusId: string },
  jobId: string,
): Promise<void> {
  await sayOfPost(ctx, jobId, data.statusId, whileItIsThere(writeUpdate))
}
