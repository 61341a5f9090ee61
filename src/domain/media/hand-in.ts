import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { hasFfmpeg } from './ffmpeg/run-limited.ts'
import { DomainError } from '../../lib/errors.ts'
import { enqueue } from '../../store/jobs.ts'
import { updateMedia, type Media } from '../../store/media.ts'
import { newKey } from './keep-files.ts'
import type { LocalFile } from './upload-media.ts'

/**
 * Keeps what was uploaded until a job has made of it what is shown.
 * @throws DomainError `invalid` where this machine cannot
 */
export async function handInForProcessing(ctx: Context, media: Media, file: LocalFile): Promise<Media> {
  if (!(await hasFfmpeg()))
    throw new DomainError(
      'invalid',
      'Validation failed: File cannot be processed here: video, audio and moving pictures need ffmpeg on the server',
    )
  // A picture that is handed in moves.
  const kind = media.kind === 'image' ? 'gifv' : media.kind
  const uploadKey = newKey(media.mediaType)
  await ctx.storage.put(uploadKey, file.path, media.mediaType)
  await transact(ctx, async (tx) => {
    await updateMedia(tx.db, media.id, { uploadKey, kind })
    await enqueue(tx, 'media.process', { mediaId: media.id })
  })
  return { ...media, uploadKey, kind }
}
