import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Context } from '../../../context.ts'
import type { Attachment } from '../../../db/json.ts'
import { transact } from '../../../db/transact.ts'
import { DomainError } from '../../../lib/errors.ts'
import { detectMediaType } from '../../../lib/media-type.ts'
import type { PictureResult } from '../../../lib/pictures/task.ts'
import type { Actor } from '../../../store/actors.ts'
import { finishMedia, insertMedia, lockUploadsOf, sumMediaOf } from '../../../store/media.ts'
import type { AttachmentDraft } from '../../drafts.ts'
import { probe, type Footage } from '../../media/ffmpeg/probe.ts'
import { hasFfmpeg, ProgramError } from '../../media/ffmpeg/run-limited.ts'
import { extractFrame } from '../../media/ffmpeg/transcode.ts'
import { keepFile, WorkDirectory } from '../../media/keep-files.ts'
import { uploadLimits } from '../../media/limits.ts'
import { readHead } from '../../media/read-head.ts'
import { toAttachment } from '../../media/take-attachments.ts'

/** A file that came along with a post. */
export type BroughtFile = { readonly bytes: number; read(): Promise<Readable> }

type Drawing = { readonly ctx: Context; readonly account: Actor; readonly work: WorkDirectory }

type Kept = {
  readonly path: string
  readonly mediaType: string
  readonly kind: 'image' | 'gifv' | 'video' | 'audio'
  readonly picture: PictureResult | undefined
  readonly footage: Footage | undefined
}

/**
 * Keeps a file as it is, byte for byte, once it has been decoded as what its first bytes say: its server has drawn or
 * packed it anew already. A picture that tells more than it shows is drawn anew here.
 * @throws DomainError `invalid` for what is not shown here or for which there is no room
 */
export async function keepMedia(
  ctx: Context,
  account: Actor,
  draft: AttachmentDraft,
  file: BroughtFile,
): Promise<Attachment> {
  if (file.bytes > uploadLimits.videoBytes) throw refused('is too large')
  await using work = await WorkDirectory.create()
  const path = work.file('brought')
  await pipeline(await file.read(), createWriteStream(path, { mode: 0o600 }))
  const found = detectMediaType(await readHead(path), '')
  if (found === undefined) throw refused('is of no kind that is shown here')
  const drawing = { ctx, account, work }
  const kept = found.kind === 'image' ? await drawImage(drawing, found.type) : await look(drawing, found)
  return await store(ctx, account, draft, work, kept)
}

/** A GIF that moves stays one, behind its first picture. */
async function drawImage(drawing: Drawing, mediaType: string): Promise<Kept> {
  const { work } = drawing
  const path = work.file('brought')
  if ((await stat(path)).size > uploadLimits.imageBytes) throw refused('is too large')
  const moving = await draw(drawing, 'brought', false)
  const isMoving = moving.output === undefined
  const picture = isMoving ? await draw(drawing, 'brought', true) : moving
  if (!picture.hasMetadata || isMoving) return { path, mediaType, kind: 'image', picture, footage: undefined }
  const drawn = picture.output?.type ?? mediaType
  return { path: work.file('picture'), mediaType: drawn, kind: 'image', picture, footage: undefined }
}

function draw({ ctx, account, work }: Drawing, input: string, still: boolean): Promise<PictureResult> {
  return ctx.pictures.render(
    {
      input: work.file(input),
      output: work.file('picture'),
      preview: work.file('preview'),
      size: { maxPixels: uploadLimits.shownPixels },
      previewSize: { maxPixels: uploadLimits.previewPixels },
      maxPixels: uploadLimits.imagePixels,
      maxFrames: uploadLimits.imageFrames,
      still,
    },
    account.id,
  )
}

/** What moves or sounds, with a picture of how it begins. */
async function look(
  drawing: Drawing,
  { type: mediaType, kind }: { readonly type: string; readonly kind: string },
): Promise<Kept> {
  const { work } = drawing
  if (!(await hasFfmpeg())) throw refused('cannot be looked at here: the server has no ffmpeg')
  try {
    const path = work.file('brought')
    const footage = await probe(path, mediaType)
    checkFootage(footage)
    if (footage.video === undefined) {
      const heard = mediaType.replace('video/', 'audio/')
      return { path, mediaType: heard, kind: 'audio', picture: undefined, footage }
    }
    await extractFrame(path, work.file('frame'))
    const picture = await draw(drawing, 'frame', true)
    return { path, mediaType, kind: kind === 'audio' ? 'audio' : 'video', picture, footage }
  } catch (error) {
    if (error instanceof ProgramError) throw refused('cannot be read', error)
    throw error
  }
}

/** @throws DomainError `invalid` */
function checkFootage({ video, audio, duration = 0 }: Footage): void {
  const isPlayable = video !== undefined || audio !== undefined
  if (!isPlayable || duration > uploadLimits.duration) throw refused('cannot be played')
  if (video !== undefined && video.width * video.height > uploadLimits.videoPixels)
    throw refused('is too large')
}

async function store(
  ctx: Context,
  account: Actor,
  draft: AttachmentDraft,
  work: WorkDirectory,
  { path, mediaType, kind, picture, footage }: Kept,
): Promise<Attachment> {
  const main = await keepFile(ctx, path, mediaType)
  const preview = picture?.preview && (await keepFile(ctx, work.file('preview'), picture.preview.type))
  const size = footage?.video ?? picture?.output
  const digest = await digestOf(path)
  const bytes = main.size + (preview?.size ?? 0)
  const files = { key: main.key, previewKey: preview?.key ?? null, blurhash: picture?.blurhash ?? null }
  return transact(ctx, async (tx) => {
    await lockUploadsOf(tx.db, account.id)
    if ((await sumMediaOf(tx.db, account.id)) + bytes > ctx.config.mediaQuotaBytes)
      throw refused('is more than there is room for')
    const described = { ...describeDraft(draft), digest, storedDigest: digest }
    const base = { id: tx.newId(), accountId: account.id, createdAt: tx.now(), unusedSince: tx.now() }
    const { id } = await insertMedia(tx.db, { ...base, ...described, kind, mediaType, bytes })
    const measures = size && { width: size.width, height: size.height }
    return toAttachment(
      await finishMedia(tx.db, id, { ...files, ...measures, ...describePlaying(footage, main.size) }),
    )
  })
}

function describeDraft({ focalPoint, description }: AttachmentDraft) {
  const [focusX, focusY] = focalPoint ?? [null, null]
  return { description: description ?? null, focusX, focusY }
}

function describePlaying(footage: Footage | undefined, bytes: number) {
  const { duration, video } = footage ?? {}
  if (duration === undefined) return {}
  const bitrate = duration > 0 ? Math.round((bytes * 8) / duration) : null
  return { duration, bitrate, frameRate: video?.frameRate ?? null }
}

async function digestOf(path: string): Promise<Buffer> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest()
}

function refused(why: string, cause?: unknown): DomainError {
  return new DomainError('invalid', `A file ${why}.`, { cause })
}
