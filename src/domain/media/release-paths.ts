import type { TxContext } from '../../context.ts'
import { enqueue } from '../../store/jobs.ts'
import { deleteMedia, lockMediaByKeys } from '../../store/media.ts'

const prefix = '/media/'

/** What stands at these paths of ours and belongs to an account is shown no more: its files go. */
export async function releasePaths(
  ctx: TxContext,
  accountId: string,
  paths: readonly string[],
): Promise<void> {
  const keys = paths.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length))
  const doomed = await lockMediaByKeys(ctx.db, accountId, keys)
  if (doomed.length === 0) return
  await deleteMedia(
    ctx.db,
    doomed.map(({ id }) => id),
  )
  const files = doomed.flatMap(({ key, previewKey, uploadKey }) => [key, previewKey, uploadKey])
  await enqueue(ctx, 'media.discarded', { keys: files.filter((key) => key !== null) })
}
