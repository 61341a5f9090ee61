import type { Updateable } from 'kysely'
import type { Context, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import type { Media as MediaTable } from '../../db/schema.ts'
import { DomainError } from '../../lib/errors.ts'
import { finishMedia, lockUploadsOf, sumMediaOf, type Media } from '../../store/media.ts'

/** What a file has become: which files it is, and how many bytes they are together. */
export type Finished = Updateable<MediaTable> & { readonly bytes: number }

/**
 * What was uploaded is ready, if there is still room for what it has become.
 * @throws DomainError `invalid`; then its files are gone
 */
export async function finishWithinQuota(ctx: Context, media: Media, change: Finished): Promise<Media> {
  try {
    return await transact(ctx, async (tx) => {
      await requireRoom(tx, media, change.bytes)
      return finishMedia(tx.db, media.id, change)
    })
  } catch (error) {
    for (const key of [change.key, change.previewKey])
      if (typeof key === 'string') await ctx.storage.delete(key)
    throw error
  }
}

/**
 * Holds what an account has until the transaction ends.
 * @param bytes of this file and what belongs to it
 * @throws DomainError `invalid` where its owner has no room for so many
 */
export async function requireRoom(
  tx: TxContext,
  { id, accountId }: Pick<Media, 'accountId'> & { readonly id?: string },
  bytes: number,
): Promise<void> {
  await lockUploadsOf(tx.db, accountId)
  if ((await sumMediaOf(tx.db, accountId, id)) + bytes <= tx.config.mediaQuotaBytes) return
  throw new DomainError(
    'invalid',
    'Validation failed: File is more than there is room for: delete posts with media, or ask an administrator',
  )
}
