import { randomBytes } from 'node:crypto'
import type { Context } from '../../src/context.ts'
import { insertMedia, type Media } from '../../src/store/media.ts'
import type { Actor } from '../../src/store/actors.ts'

/** What somebody has uploaded and not posted, without its files. */
export async function createUpload(
  { db, newId, now }: Context,
  { id: accountId }: Pick<Actor, 'id'>,
  more: Partial<Parameters<typeof insertMedia>[1]> = {},
): Promise<Media> {
  const key = (extension: string) => `${randomBytes(16).toString('hex')}.${extension}`
  const looks = { width: 1200, height: 800, blurhash: 'LEHV6nWB2yk8pyo0adR*.7kCMdnj', bytes: '1000' }
  return db.transaction().execute((tx) =>
    insertMedia(tx, {
      ...{ id: newId(), accountId, kind: 'image', mediaType: 'image/webp', state: 'ready', ...looks },
      ...{ key: key('webp'), previewKey: key('webp'), createdAt: now(), unusedSince: now() },
      ...more,
    }),
  )
}
