import type { Context } from '../../context.ts'
import { writeCreate } from '../vocab/write-note.ts'
import { announceByRelay } from './relay-inboxes.ts'
import { sayOfPost, whileItIsThere } from './say-of-post.ts'

/** A Create to everybody whom a new post is for. */
export async function sendStatusCreated(
  ctx: Context,
  data: { statusId: string },
  jobId: string,
): Promise<void> {
  await sayOfPost(ctx, jobId, data.statusId, whileItIsThere(writeCreate))
  await announceByRelay(ctx, data.statusId)
}
