import type { Context } from '../../context.ts'
import type { PictureSize } from '../../lib/pictures/task.ts'
import type { Media } from '../../store/media.ts'
import { finishWithinQuota } from './finish-within-quota.ts'
import { keepFile, WorkDirectory } from './keep-files.ts'
import { uploadLimits } from './limits.ts'
import type { LocalFile } from './upload-media.ts'

const sizes: Readonly<Record<string, PictureSize>> = {
  attachment: { maxPixels: uploadLimits.shownPixels },
  avatar: { width: 400, height: 400, fit: 'cover' },
  header: { width: 1500, height: 500, fit: 'cover' },
}

/**
 * Draws an uploaded picture anew, and a small one of it.
 * @returns `moves` for an attached GIF of more than one frame, which is left as it was
 * @throws DomainError
 */
export async function processPicture(ctx: Context, media: Media, file: LocalFile): Promise<Media | 'moves'> {
  await using work = await WorkDirectory.create()
  const isAttachment = media.purpose === 'attachment'
  const { output, preview, blurhash } = await ctx.pictures.render(
    {
      input: file.path,
      output: work.file('picture'),
      preview: isAttachment ? work.file('preview') : undefined,
      size: sizes[media.purpose] ?? { maxPixels: uploadLimits.shownPixels },
      previewSize: { maxPixels: uploadLimits.previewPixels },
      maxPixels: uploadLimits.imagePixels,
      maxFrames: uploadLimits.imageFrames,
      still: !isAttachment,
    },
    media.accountId,
  )
  if (output === undefined) return 'moves'
  const kept = await keepFile(ctx, work.file('picture'), output.type)
  const small = preview && (await keepFile(ctx, work.file('preview'), preview.type))
  return finishWithinQuota(ctx, media, {
    ...{ kind: 'image', mediaType: output.type, width: output.width, height: output.height },
    ...{ key: kept.key, previewKey: small?.key ?? null, blurhash: blurhash ?? null },
    bytes: kept.size + (small?.size ?? 0),
  })
}
