import type { Context } from '../../context.ts'
import type { Jobs } from '../../store/jobs.ts'
import { writeUpdate } from '../vocab/write-note.ts'
import { sayOfPost, whileItIsThere } from './say-of-post.ts'

/**
 * An Update to everybody whom a post is for, when it may or may no longer show what it quotes. The words are the same,
 * so the activity has an id of its own to be known as another one by.
 */
export async function sendQuoteChanged(
  ctx: Context,
  { statusId }: Jobs['quote.changed'],
  jobId: string,
): Promise<void> {
  const published = ctx.now().toISOString()
  await sayOfPost(
    ctx,
    jobId,
    statusId,
    whileItIsThere((config, view) => ({
      ...writeUpdate(config, view),
      id: `${view.uri}#quote-updates/${jobId}`,
      published,
    })),
  )
}
