import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import { enqueue } from '../../store/jobs.ts'
import { getMediaBytes, lockUnusedMedia, type Media, updateMedia } from '../../store/media.ts'
import { requireRoom } from './finish-within-quota.ts'
import { keepFile, WorkDirectory } from './keep-files.ts'
import { uploadLimits } from './limits.ts'
import type { LocalFile } from './upload-media.ts'

/**
 * Lets a picture stand for a video or a recording.
 * @throws DomainError `invalid` for a picture that cannot be read, for which there is no room, or where none is needed
 */
export async function setThumbnail(ctx: Context, media: Media, { path }: LocalFile): Promise<void> {
  if (media.kind === 'image' || media.kind === 'gifv') throw notNeeded()
  await using work = await WorkDirectory.create()
  const { width, height } = media
  const previewSize = { maxPixels: uploadLimits.previewPixels }
  const { preview, blurhash } = await ctx.pictures.render(
    {
      input: path,
      output: work.file('picture'),
      preview: work.file('preview'),
      size: width !== null && height !== null ? { width, height, fit: 'cover' } : previewSize,
      previewSize,
      maxPixels: uploadLimits.imagePixels,
      maxFrames: uploadLimits.imageFrames,
      still: true,
    },
    media.accountId,
  )
  if (preview === undefined) throw notNeeded()
  const kept = await keepFile(ctx, work.file('preview'), preview.type)
  try {
    await replacePreview(ctx, media, kept, blurhash ?? null)
  } catch (error) {
    await ctx.storage.delete(kept.key)
    throw error
  }
}

/** @throws DomainError `invalid` where there is no room for it */
async function replacePreview(
  ctx: Context,
  { id, accountId, previewKey }: Media,
  { key, size }: { readonly key: string; readonly size: number },
  blurhash: string | null,
): Promise<void> {
  const former = previewKey === null ? 0 : ((await ctx.storage.measure(previewKey)) ?? 0)
  await transact(ctx, async (tx) => {
    const held = await lockUnusedMedia(tx.db, accountId, id)
    const replaced = held === undefined ? key : held.previewKey
    if (held !== undefined) {
      const without = held.previewKey === previewKey ? former : 0
      const bytes = Math.max(0, (await getMediaBytes(tx.db, id)) - without) + size
      await requireRoom(tx, { id, accountId }, bytes)
      await updateMedia(tx.db, id, { previewKey: key, blurhash, bytes })
    }
    if (replaced !== null) await enqueue(tx, 'media.discarded', { keys: [replaced] })
  })
}

function notNeeded(): DomainError {
  return new DomainError(
    'invalid',
    'Validation failed: Thumbnail must be a picture, for a video or a recording',
  )
}
