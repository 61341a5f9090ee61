import { createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import type { Context } from '../../context.ts'
import { DomainError } from '../../lib/errors.ts'
import { takeTurn, Turns } from '../../lib/turns.ts'
import { findMedia, updateMedia, type Media } from '../../store/media.ts'
import { probe, rateOf, type Footage } from './ffmpeg/probe.ts'
import { ProgramError } from './ffmpeg/run-limited.ts'
import { extractFrame, transcodeAudio, transcodeVideo } from './ffmpeg/transcode.ts'
import { finishWithinQuota, type Finished } from './finish-within-quota.ts'
import { keepFile, WorkDirectory } from './keep-files.ts'
import { uploadLimits } from './limits.ts'

type Work = { readonly media: Media; readonly footage: Footage; readonly directory: WorkDirectory }

/** One file of a member at a time: each may take minutes. */
const members = new Turns({ untried: 1, quick: 1, slow: 1 })

/**
 * Makes of an uploaded video, recording or moving picture what is shown, or notes why that cannot be. What is `ready` or
 * `failed` already, or gone, stays so.
 * @throws Postponed
 */
export async function processMedia(ctx: Context, mediaId: string): Promise<void> {
  const media = await findMedia(ctx.db, mediaId)
  if (media === undefined || media.state !== 'processing' || media.uploadKey === null) return
  using _turn = takeTurn([members, media.accountId])
  try {
    await using directory = await WorkDirectory.create()
    const upload = await ctx.storage.open(media.uploadKey)
    if (upload === undefined) throw new ProgramError('What was uploaded is gone')
    await pipeline(upload.stream, createWriteStream(directory.file('upload'), { mode: 0o600 }))
    const footage = await probe(directory.file('upload'), media.mediaType)
    checkLimits(footage)
    await finish(ctx, await make(ctx, { media, footage, directory }), media)
  } catch (error) {
    if (!isFinal(error)) throw error
    ctx.log.info({ err: error, mediaId }, 'An upload cannot be processed')
    const problem = error instanceof DomainError ? error.message : 'The file cannot be read'
    await updateMedia(ctx.db, mediaId, { state: 'failed', problem, uploadKey: null, bytes: 0 })
  }
  await ctx.storage.delete(media.uploadKey)
}

/** Another try would end the same way. */
function isFinal(error: unknown): boolean {
  return error instanceof ProgramError || (error instanceof DomainError && error.code === 'invalid')
}

/** @throws DomainError `invalid` */
function checkLimits({ video, audio, duration }: Footage): void {
  if (video === undefined && audio === undefined) throw invalid('The file holds neither pictures nor sound')
  if ((duration ?? 0) > uploadLimits.duration) throw invalid('The file plays too long')
  if (video === undefined) return
  if (video.width < 1 || video.height < 1) throw invalid('The file holds no pictures that can be read')
  if (video.width * video.height > uploadLimits.videoPixels)
    throw invalid(`${video.width}x${video.height} videos are not supported`)
  // Of a GIF that claims more, pictures are left out.
  if (rateOf(video.frameRate) > uploadLimits.videoFrameRate)
    throw invalid(`${Math.round(rateOf(video.frameRate))}fps videos are not supported`)
}

function make(ctx: Context, work: Work): Promise<Finished> {
  return work.footage.video === undefined ? makeAudio(ctx, work) : makeVideo(ctx, work)
}

async function makeVideo(ctx: Context, { media, footage, directory }: Work): Promise<Finished> {
  const isLoop = media.mediaType === 'image/gif'
  const [path, frame] = [directory.file('video'), directory.file('frame')]
  await transcodeVideo({ path: directory.file('upload'), mediaType: media.mediaType, footage }, path, isLoop)
  const made = await probe(path, 'video/mp4')
  if (made.video === undefined) throw invalid('The file holds no pictures that can be read')
  await extractFrame(path, frame)
  const { preview, blurhash } = await ctx.pictures.render(
    {
      input: frame,
      output: directory.file('picture'),
      preview: directory.file('preview'),
      size: { maxPixels: uploadLimits.shownPixels },
      previewSize: { maxPixels: uploadLimits.previewPixels },
      maxPixels: uploadLimits.imagePixels,
      maxFrames: 1,
      still: true,
    },
    media.accountId,
  )
  const kept = await keepFile(ctx, path, 'video/mp4')
  const small = preview && (await keepFile(ctx, directory.file('preview'), preview.type))
  const { width, height, frameRate } = made.video
  return {
    ...{ kind: isLoop ? 'gifv' : 'video', mediaType: 'video/mp4', key: kept.key, width, height, frameRate },
    ...(await measure(path, made)),
    ...{ previewKey: small?.key ?? null, blurhash: blurhash ?? null },
    bytes: kept.size + (small?.size ?? 0),
  }
}

async function makeAudio(ctx: Context, { media, footage, directory }: Work): Promise<Finished> {
  const path = directory.file('audio')
  await transcodeAudio({ path: directory.file('upload'), mediaType: media.mediaType, footage }, path)
  const made = await probe(path, 'audio/mpeg')
  const { key, size } = await keepFile(ctx, path, 'audio/mpeg')
  return { kind: 'audio', mediaType: 'audio/mpeg', key, bytes: size, ...(await measure(path, made)) }
}

async function measure(
  path: string,
  { duration = 0 }: Footage,
): Promise<Pick<Finished, 'duration' | 'bitrate'>> {
  const { size } = await stat(path)
  return { duration, bitrate: duration > 0 ? Math.round((size * 8) / duration) : null }
}

/** A picture that its author gave in the meantime stays. */
async function finish(ctx: Context, change: Finished, media: Media): Promise<void> {
  const current = await findMedia(ctx.db, media.id)
  if (current === undefined) return
  const { previewKey, blurhash } = current
  if (previewKey === null) return void (await finishWithinQuota(ctx, media, change))
  const sizeOf = async (key: unknown) =>
    typeof key === 'string' ? ((await ctx.storage.measure(key)) ?? 0) : 0
  const [given, drawn] = await Promise.all([sizeOf(previewKey), sizeOf(change.previewKey)])
  if (typeof change.previewKey === 'string') await ctx.storage.delete(change.previewKey)
  const bytes = change.bytes - drawn + given
  await finishWithinQuota(ctx, media, { ...change, previewKey, blurhash, bytes })
}

function invalid(message: string): DomainError {
  return new DomainError('invalid', message)
}
