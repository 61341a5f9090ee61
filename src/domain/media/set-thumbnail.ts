import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import { enqueue } from '../../store/jobs.ts'
import { addMediaBytes, lockUnusedMedia, type Media, updateMedia } from '../../store/media.ts'
import { keepFile, WorkDirectory } from './keep-files.ts'
import { uploadLimits } from './limits.ts'
import type { LocalFile } from './upload-media.ts'

/**
 * Lets a picture stand for a video or a recording.
 * @throws DomainError `invalid` for a picture that cannot be read, or where a picture needs none
 */
export async function setThumbnail(ctx: Context, media: Media, { path }: LocalFile): Promise<void> {
  if (media.kind === 'image' || media.kind === 'gifv') throw notNeeded()
  await using work = await WorkDirectory.create()
  const { width, height } = media
  const previewSize = { maxPixels: uploadLimits.previewPixels }
  const { preview, blurhash } = await ctx.pictures.render({
    input: path,
    output: work.file('picture'),
    preview: work.file('preview'),
    size: width !== null && height !== null ? { width, height, fit: 'cover' } : previewSize,
    previewSize,
    maxPixels: uploadLimits.imagePixels,
    maxFrames: uploadLimits.imageFrames,
    still: true,
  })
  if (preview === undefined) throw notNeeded()
  const { key, size } = await keepFile(ctx, work.file('preview'), preview.type)
  await transact(ctx, async (tx) => {
    const held = await lockUnusedMedia(tx.db, media.accountId, media.id)
    const replaced = held === undefined ? key : held.previewKey
    if (held !== undefined) {
      await updateMedia(tx.db, media.id, { previewKey: key, blurhash: blurhash ?? null })
      await addMediaBytes(tx.db, media.id, size)
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
