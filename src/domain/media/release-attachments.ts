import type { TxContext } from '../../context.ts'
import { enqueue } from '../../store/jobs.ts'
import { deleteMedia, detachMedia, lockMediaOfStatus } from '../../store/media.ts'

type Releasing = {
  /** What the post still carries. */
  readonly except?: readonly string[]
  /** At once, with their files; otherwise they may be posted again for a day. */
  readonly discard?: boolean
}

/** A post is gone, or carries something else: what it carried is its author's again, and goes in a day. */
export async function releaseAttachments(
  ctx: TxContext,
  statusId: string,
  { except = [], discard = false }: Releasing = {},
): Promise<void> {
  if (!discard) return detachMedia(ctx.db, statusId, ctx.now(), except)
  const doomed = (await lockMediaOfStatus(ctx.db, statusId)).filter(({ id }) => !except.includes(id))
  if (doomed.length === 0) return
  await deleteMedia(
    ctx.db,
    doomed.map(({ id }) => id),
  )
  const keys = doomed.flatMap(({ key, previewKey, uploadKey }) => [key, previewKey, uploadKey])
  await enqueue(ctx, 'media.discarded', { keys: keys.filter((key) => key !== null) })
}
