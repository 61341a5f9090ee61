import type { Context } from '../../context.ts'
import { writeDelete } from '../vocab/write-note.ts'
import { loadPost } from './load-post.ts'
import { sendActivity } from './send.ts'
import { recipientsOf } from './status-created.ts'

export async function sendStatusDeleted(
  ctx: Context,
  jobId: string,
  data: { statusId: string },
): Promise<void> {
  const view = await loadPost(ctx, data.statusId)
  if (view === undefined) return
  const { id: objectId } = view.status
  const activity = writeDelete(ctx.config, view)
  const recipients = recipientsOf(view.status)
  await sendActivity(ctx, { jobId, accountId: view.author.id, objectId, activity, recipients })
}
