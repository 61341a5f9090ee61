import type { Context } from '../../context.ts'
import { writeDelete } from '../vocab/write-note.ts'
import { sayOfPost } from './say-of-post.ts'

/** A Delete to everybody whom a post was for. */
export async function sendStatusDeleted(
  ctx: Context,
  jobId: string,
  data: { statusId: string },
): Promise<void> {
  await sayOfPost(ctx, jobId, data.statusId, writeDelete)
}
