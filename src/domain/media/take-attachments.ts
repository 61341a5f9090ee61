import type { TxContext } from '../../context.ts'
import type { Attachment } from '../../db/json.ts'
import { DomainError } from '../../lib/errors.ts'
import { attachMedia, lockMedia, type Media } from '../../store/media.ts'
import { uploadLimits } from './limits.ts'

type Taking = {
  readonly actorId: string
  /** In the order in which they are shown. */
  readonly mediaIds: readonly string[]
  /** Of the status that carries them, also of one that is only to appear later. */
  readonly statusId: string
  /** Another id under which they have been held for it until here. */
  readonly heldBy?: string | undefined
}

/**
 * Gives what a member has uploaded to a post of theirs. What the post carries already it may go on carrying.
 * @throws DomainError `invalid`, in Mastodon's words
 */
export async function takeAttachments(ctx: TxContext, taking: Taking): Promise<Attachment[]> {
  const ids = [...new Set(taking.mediaIds)]
  if (ids.length > uploadLimits.perStatus) throw invalid('Cannot attach more than 4 files')
  const found = new Map((await lockMedia(ctx.db, taking.actorId, ids)).map((media) => [media.id, media]))
  const media = ids.flatMap((id) => found.get(id) ?? [])
  const missing = ids.filter((id) => !isFree(found.get(id), taking))
  if (missing.length > 0)
    throw invalid(`Media ${missing.join(', ')} not found or already attached to another post`)
  if (media.some(({ state }) => state !== 'ready'))
    throw invalid('Cannot attach files that have not finished processing. Try again in a moment!')
  if (media.length > 1 && media.some(({ kind }) => kind === 'video' || kind === 'audio'))
    throw invalid('Cannot attach a video to a post that already contains images')
  await attachMedia(ctx.db, ids, taking.statusId, ctx.now())
  return media.map(toAttachment)
}

/** How a status keeps what it carries. */
export function toAttachment(media: Media): Attachment {
  const { id, key, previewKey, mediaType, kind, focusX, focusY, duration, frameRate, bitrate } = media
  return {
    url: `/media/${key ?? ''}`,
    mediaType,
    description: media.description,
    width: media.width,
    height: media.height,
    blurhash: media.blurhash,
    focalPoint: focusX === null || focusY === null ? null : [focusX, focusY],
    mediaId: id,
    ...(previewKey !== null && { previewUrl: `/media/${previewKey}` }),
    ...(kind === 'gifv' && { isLoop: true }),
    ...(duration !== null && { duration }),
    ...(frameRate !== null && { frameRate }),
    ...(bitrate !== null && { bitrate }),
  }
}

function isFree(media: Media | undefined, { statusId, heldBy }: Taking): boolean {
  if (media === undefined) return false
  return media.unusedSince !== null || media.statusId === statusId || media.statusId === (heldBy ?? statusId)
}

function invalid(message: string): DomainError {
  return new DomainError('invalid', message)
}
