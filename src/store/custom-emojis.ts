import { sql, type Insertable } from 'kysely'
import type { Db, Tx } from '../context.ts'
import type { Emoji } from '../db/json.ts'
import type { CustomEmojis } from '../db/schema.ts'

/** A picture of ours; `staticKey` is the same one that does not move. */
export type CustomEmoji = {
  readonly shortcode: string
  readonly category: string | null
  readonly visibleInPicker: boolean
  readonly disabled: boolean
  readonly mediaId: string
  readonly key: string
  readonly staticKey: string
}

function emojis(db: Db) {
  return db
    .selectFrom('customEmojis as e')
    .innerJoin('media as m', 'm.id', 'e.mediaId')
    .select([
      ...(['e.shortcode', 'e.category', 'e.visibleInPicker', 'e.disabled', 'e.mediaId'] as const),
      sql<string>`m.key`.as('key'),
      sql<string>`coalesce(m.preview_key, m.key)`.as('staticKey'),
    ])
    .orderBy('e.shortcode')
}

/** All of them, by shortcode. */
export async function listCustomEmojis(db: Db): Promise<CustomEmoji[]> {
  return emojis(db).execute()
}

/** As statuses and profiles keep them; those that are disabled are left out. */
export async function listEmojisNamed(db: Db, shortcodes: readonly string[]): Promise<Emoji[]> {
  if (shortcodes.length === 0) return []
  const rows = await emojis(db)
    .where('e.shortcode', 'in', shortcodes)
    .where('e.disabled', '=', false)
    .execute()
  return rows.map(({ shortcode, key }) => ({ shortcode, url: `/media/${key}` }))
}

/** In place of the one that has its shortcode; its category stays where none is given. */
export async function upsertCustomEmoji(
  tx: Tx,
  emoji: Pick<Insertable<CustomEmojis>, 'shortcode' | 'mediaId'> & { readonly category: string | null },
  at: Date,
): Promise<void> {
  await tx
    .insertInto('customEmojis')
    .values({ ...emoji, createdAt: at, updatedAt: at })
    .onConflict((conflict) =>
      conflict.column('shortcode').doUpdateSet((eb) => ({
        mediaId: eb.ref('excluded.mediaId'),
        category: sql`coalesce(excluded.category, custom_emojis.category)`,
        disabled: false,
        updatedAt: at,
      })),
    )
    .execute()
}

export async function deleteCustomEmoji(tx: Tx, shortcode: string): Promise<boolean> {
  const gone = await tx
    .deleteFrom('customEmojis')
    .where('shortcode', '=', shortcode)
    .returning('id')
    .executeTakeFirst()
  return gone !== undefined
}
