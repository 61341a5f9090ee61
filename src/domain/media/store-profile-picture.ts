import type { Context } from '../../context.ts'
import { DomainError } from '../../lib/errors.ts'
import { createRateLimit } from '../../lib/rate-limit.ts'
import type { Actor } from '../../store/actors.ts'
import { updateMedia } from '../../store/media.ts'
import { uploadMedia, type LocalFile } from './upload-media.ts'

/** As many as of other uploads. */
const pictures = createRateLimit({ limit: 30, perMs: 30 * 60_000 })

/**
 * Keeps a picture for a profile: 400 x 400 or 1500 x 500 pixels, cut to fit, and still. What no profile shows goes after
 * a day.
 * @returns the path, `/media/<key>`, for `accounts.icon_url` or `accounts.image_url`
 * @throws DomainError `invalid`, `limited`, `unavailable`
 */
export async function storeProfilePicture(
  ctx: Context,
  actor: Actor,
  purpose: 'avatar' | 'header',
  file: LocalFile,
): Promise<string> {
  if (!pictures.take(actor.id))
    throw new DomainError('limited', 'Too many requests', { retryAfterSeconds: 60 })
  const media = await uploadMedia(ctx, actor, { file, purpose })
  await updateMedia(ctx.db, media.id, { attachedAt: ctx.now(), unusedSince: null })
  return `/media/${media.key ?? ''}`
}
