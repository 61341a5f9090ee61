import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import { enqueue } from '../../store/jobs.ts'
import { deleteMedia, findUnusedMedia, lockUnusedMedia, updateMedia, type Media } from '../../store/media.ts'
import { setThumbnail } from './set-thumbnail.ts'
import type { LocalFile } from './upload-media.ts'

/** What is undefined stays as it is. */
type Description = {
  readonly description?: string | null | undefined
  readonly focus?: readonly [number, number] | undefined
  readonly thumbnail?: LocalFile | undefined
}

/**
 * What of a member nothing carries.
 * @throws DomainError `not_found`
 */
export async function getUnusedMedia(ctx: Context, actor: Actor, id: string): Promise<Media> {
  return (await findUnusedMedia(ctx.db, actor.id, id)) ?? notFound()
}

/** @throws DomainError `not_found`, `invalid` */
export async function describeMedia(
  ctx: Context,
  actor: Actor,
  id: string,
  { description, focus, thumbnail }: Description,
): Promise<Media> {
  const media = await getUnusedMedia(ctx, actor, id)
  if (thumbnail !== undefined) await setThumbnail(ctx, media, thumbnail)
  return transact(ctx, async (tx) => {
    if ((await lockUnusedMedia(tx.db, actor.id, id)) === undefined) return notFound()
    const change = {
      ...(description !== undefined && { description }),
      ...(focus && { focusX: focus[0], focusY: focus[1] }),
    }
    if (Object.keys(change).length > 0) await updateMedia(tx.db, id, change)
    return (await findUnusedMedia(tx.db, actor.id, id)) ?? notFound()
  })
}

/** @throws DomainError `not_found` */
export async function discardMedia(ctx: Context, actor: Actor, id: string): Promise<void> {
  await transact(ctx, async (tx) => {
    const media = (await lockUnusedMedia(tx.db, actor.id, id)) ?? notFound()
    await deleteMedia(tx.db, [id])
    const keys = [media.key, media.previewKey, media.uploadKey].filter((key) => key !== null)
    if (keys.length > 0) await enqueue(tx, 'media.discarded', { keys })
  })
}

function notFound(): never {
  throw new DomainError('not_found', 'There is no such upload.')
}
