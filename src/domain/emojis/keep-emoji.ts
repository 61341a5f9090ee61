import { stat, writeFile } from 'node:fs/promises'
import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import type { DrawnEmoji } from '../../lib/pictures/draw-emoji.ts'
import { findAccount } from '../../store/actors.ts'
import { deleteCustomEmoji, upsertCustomEmoji } from '../../store/custom-emojis.ts'
import { insertMedia } from '../../store/media.ts'
import { instanceUsername } from '../accounts/addresses.ts'
import { keepFile, WorkDirectory } from '../media/keep-files.ts'

const emojiLimits = { bytes: 1_048_576 } as const

/**
 * A picture stands for `:shortcode:` from now on, in place of the one that did; what was said before keeps that.
 * @param path of a PNG, GIF or WebP on this machine, at most 1 MiB
 * @throws DomainError `invalid` for a shortcode or a file that will not do
 */
export async function addEmoji(
  ctx: Context,
  shortcode: string,
  path: string,
  category: string | undefined,
): Promise<void> {
  if (!/^\w{2,50}$/.test(shortcode))
    throw new DomainError('invalid', `${shortcode}: a shortcode has 2 to 50 letters, digits and underscores.`)
  const drawn = await draw(path)
  await using work = await WorkDirectory.create()
  const picture = await keep(ctx, work.file('picture'), drawn.picture, drawn.mediaType)
  const still = drawn.still && (await keep(ctx, work.file('still'), drawn.still, 'image/png'))
  const keeper = await findAccount(ctx.db, instanceUsername)
  if (keeper === undefined) throw new DomainError('unavailable', 'This instance has not been set up yet.')
  await transact(ctx, async (tx) => {
    const { id: mediaId } = await insertMedia(tx.db, {
      ...{ id: tx.newId(), accountId: keeper.id, purpose: 'emoji', state: 'ready', kind: 'image' },
      ...{ mediaType: drawn.mediaType, width: drawn.width, height: drawn.height },
      ...{ key: picture.key, previewKey: still?.key ?? null, bytes: picture.size + (still?.size ?? 0) },
      ...{ createdAt: tx.now(), attachedAt: tx.now(), unusedSince: null },
    })
    await upsertCustomEmoji(tx.db, { shortcode, mediaId, category: category ?? null }, tx.now())
  })
}

/** Nobody can use it any more; what was said with it keeps its picture. @throws DomainError `not_found` */
export async function removeEmoji(ctx: Context, shortcode: string): Promise<void> {
  const wasThere = await transact(ctx, (tx) => deleteCustomEmoji(tx.db, shortcode))
  if (!wasThere) throw new DomainError('not_found', `There is no emoji called ${shortcode}.`)
}

async function draw(path: string): Promise<DrawnEmoji> {
  const unusable = (cause?: unknown) =>
    new DomainError('invalid', `${path} is no PNG, GIF or WebP of at most 1 MiB.`, { cause })
  const { size } = await stat(path).catch((cause: unknown) => {
    throw unusable(cause)
  })
  if (size > emojiLimits.bytes) throw unusable()
  // Only here: what draws takes memory, and most processes never draw one.
  const { drawEmoji } = await import('../../lib/pictures/draw-emoji.ts')
  const drawn = await drawEmoji(path).catch((cause: unknown) => {
    throw unusable(cause)
  })
  if (drawn === undefined) throw unusable()
  return drawn
}

async function keep(ctx: Context, path: string, picture: Buffer, mediaType: string) {
  await writeFile(path, picture)
  return keepFile(ctx, path, mediaType)
}
