import type { Context } from '../../context.ts'
import type { Jobs } from '../../store/jobs.ts'
import { writeAnnounce, writeUndo } from '../vocab/write-interaction.ts'
import { sayOfPost } from './say-of-post.ts'

/** To whoever got the Announce; nothing when what was boosted went first, and the boost with it. */
export async function sendBoostUndone(
  ctx: Context,
  data: Jobs['boost.undone'],
  jobId: string,
): Promise<void> {
  await sayOfPost(ctx, jobId, data.statusId, (config, view) => {
    const announce = writeAnnounce(config, view)
    return announce && writeUndo(announce)
  })
}
