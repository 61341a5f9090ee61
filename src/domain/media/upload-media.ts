import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { pipeline } from 'node:stream/promises'
import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import { detectMediaType, isHeic } from '../../lib/media-type.ts'
import type { Actor } from '../../store/actors.ts'
import { deleteMedia, insertMedia, type Media } from '../../store/media.ts'
import { requireRoom } from './finish-within-quota.ts'
import { handInForProcessing } from './hand-in.ts'
import { uploadLimits } from './limits.ts'
import { processPicture } from './process-picture.ts'
import { readHead } from './read-head.ts'
import { setThumbnail } from './set-thumbnail.ts'

/** A file on this machine, which its owner removes. */
export type LocalFile = { readonly path: string }

export type MediaPurpose = 'attachment' | 'avatar' | 'header'

export type Upload = {
  readonly file: LocalFile
  readonly purpose: MediaPurpose
  readonly description?: string | null | undefined
  /** From the left and bottom (-1) to the right and top (1). */
  readonly focus?: readonly [number, number] | undefined
  /** A picture that stands for a video or a recording. */
  readonly thumbnail?: LocalFile | undefined
}

type Sniffed = { readonly type: string; readonly kind: 'image' | 'video' | 'audio'; readonly size: number }

/**
 * Takes what a member uploads. What it is tell its first bytes alone. A picture is `ready` on return; what moves or sounds
 * is worked on by a job.
 * @throws DomainError `invalid` in Mastodon's words, `unavailable`
 */
export async function uploadMedia(ctx: Context, actor: Actor, upload: Upload): Promise<Media> {
  const sniffed = await sniff(upload.file.path)
  if (upload.purpose !== 'attachment' && sniffed.kind !== 'image') throw wrongType()
  const media = await register(ctx, actor, upload, sniffed)
  try {
    return await digest(ctx, media, upload)
  } catch (error) {
    await transact(ctx, (tx) => deleteMedia(tx.db, [media.id]))
    throw error
  }
}

async function digest(ctx: Context, media: Media, { file, thumbnail }: Upload): Promise<Media> {
  if (media.kind === 'image') {
    const done = await processPicture(ctx, media, file)
    if (done !== 'moves') return done
  }
  const handedIn = await handInForProcessing(ctx, media, file)
  if (thumbnail !== undefined && media.kind !== 'image') await setThumbnail(ctx, handedIn, thumbnail)
  return handedIn
}

/** @throws DomainError `invalid` */
async function sniff(path: string): Promise<Sniffed> {
  const { size } = await stat(path)
  if (size === 0) throw invalid("File can't be blank")
  const head = await readHead(path)
  const found = detectMediaType(head, '')
  if (found === undefined && isHeic(head))
    throw invalid('File content type is invalid: HEIC pictures are taken as JPEG, PNG, GIF, WebP or AVIF')
  if (found === undefined || !isSupported(found.type)) throw wrongType()
  const max = found.kind === 'image' ? uploadLimits.imageBytes : uploadLimits.videoBytes
  if (size > max) throw invalid(`File file size must be less than ${max / 1_048_576} MB`)
  return { ...found, size }
}

/** WebM and Ogg hold sound with or without pictures, which only their contents tell. */
function isSupported(type: string): boolean {
  const types: readonly string[] = uploadLimits.types
  return types.includes(type) || types.includes(type.replace('video/', 'audio/'))
}

/** Its row stands for the room that it takes before anything is done with it. */
async function register(ctx: Context, actor: Actor, upload: Upload, sniffed: Sniffed): Promise<Media> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(upload.file.path), hash)
  const [focusX, focusY] = upload.focus ?? [null, null]
  const { type: mediaType, kind, size: bytes } = sniffed
  return transact(ctx, async (tx) => {
    await requireRoom(tx, { accountId: actor.id }, bytes)
    const { purpose, description = null } = upload
    const described = { purpose, description, focusX, focusY, digest: hash.digest() }
    const base = { id: tx.newId(), accountId: actor.id, createdAt: tx.now(), unusedSince: tx.now() }
    return insertMedia(tx.db, { ...base, ...described, kind, mediaType, bytes })
  })
}

function wrongType(): DomainError {
  return invalid('File content type is invalid')
}

function invalid(problem: string): DomainError {
  return new DomainError('invalid', `Validation failed: ${problem}`)
}
