import type { TxContext } from '../../context.ts'
import type { Attachment } from '../../db/json.ts'
import { DomainError } from '../../lib/errors.ts'
import { updateMedia } from '../../store/media.ts'
import type { Status } from '../../store/statuses.ts'
import { uploadLimits } from '../media/limits.ts'
import { takeAttachments } from '../media/take-attachments.ts'

/** What is said anew of something that a post carries; what is undefined stays. */
export type MediaChange = {
  readonly id: string
  readonly description?: string | null | undefined
  readonly focalPoint?: readonly [number, number] | undefined
}

export type MediaEdit = {
  /** All that the post carries from here on, in their order; undefined leaves what it carries. */
  readonly mediaIds?: readonly string[] | undefined
  readonly mediaChanges?: readonly MediaChange[] | undefined
}

/**
 * What a post carries in its next version. What it carries no more stays its own, since its earlier versions show that;
 * it may be put back.
 * @throws DomainError `invalid`, in Mastodon's words
 */
export async function editAttachments(
  ctx: TxContext,
  post: Status,
  { mediaIds, mediaChanges = [] }: MediaEdit,
): Promise<readonly Attachment[]> {
  const carried = new Map(post.attachments.map((each) => [each.mediaId ?? '', each]))
  const ids = [...new Set(mediaIds ?? carried.keys())]
  const added = ids.filter((id) => !carried.has(id))
  const taking = { actorId: post.actorId, mediaIds: added, statusId: post.id }
  const taken = await takeAttachments(ctx, taking)
  const all = new Map([...carried, ...taken.map((each) => [each.mediaId ?? '', each] as const)])
  const next = mediaIds === undefined ? post.attachments : ids.flatMap((id) => all.get(id) ?? [])
  requireTogether(next)
  const changes = new Map(mediaChanges.map((change) => [change.id, change]))
  return Promise.all(next.map((each) => changeAttachment(ctx, each, changes.get(each.mediaId ?? ''))))
}

/** The same of all together as `takeAttachments` asks of what is taken at once. */
function requireTogether(attachments: readonly Attachment[]): void {
  if (attachments.length > uploadLimits.perStatus)
    throw new DomainError('invalid', 'Cannot attach more than 4 files')
  const isPlayed = ({ mediaType, isLoop = false }: Attachment) => !mediaType.startsWith('image/') && !isLoop
  if (attachments.length > 1 && attachments.some(isPlayed))
    throw new DomainError('invalid', 'Cannot attach a video to a post that already contains images')
}

async function changeAttachment(
  { db }: TxContext,
  attachment: Attachment,
  change: MediaChange | undefined,
): Promise<Attachment> {
  if (change === undefined) return attachment
  const { description = attachment.description, focalPoint = attachment.focalPoint } = change
  const [focusX, focusY] = focalPoint ?? [null, null]
  await updateMedia(db, change.id, { description, focusX, focusY })
  return { ...attachment, description, focalPoint }
}
