import type { Context, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import {
  deleteAnnouncementReaction,
  insertAnnouncementReaction,
  listAnnouncementReactions,
  lockAnnouncement,
} from '../../store/announcements.ts'
import type { Actor } from '../../store/actors.ts'
import { listEmojisNamed } from '../../store/custom-emojis.ts'
import { publishEvent } from '../../store/stream-events.ts'
import { normalizeEmoji, shortcodeIn } from '../interactions/emoji.ts'

/** So many different ones may stand under one announcement, as in Mastodon. */
const maxKinds = 8

const notFound = () => new DomainError('not_found', 'There is no such announcement.')

/**
 * Again changes nothing.
 * @param name an emoji, or the shortcode of one of ours
 * @throws DomainError `not_found`, `invalid` for what is no emoji here, or one kind too many
 */
export async function reactToAnnouncement(ctx: Context, by: Actor, id: string, name: string): Promise<void> {
  const emoji = await readEmoji(ctx, name)
  if (emoji === undefined)
    throw new DomainError('invalid', 'Validation failed: Name is not a recognized emoji')
  await transact(ctx, async (tx) => {
    if ((await lockAnnouncement(tx.db, id, tx.now())) === undefined) throw notFound()
    const kinds = await listAnnouncementReactions(tx.db, [id], by.id)
    if (kinds.length >= maxKinds && !kinds.some((kind) => kind.name === emoji))
      throw new DomainError('invalid', 'Validation failed: Limit of different reactions reached')
    const row = { announcementId: id, accountId: by.id, name: emoji, createdAt: tx.now() }
    if (await insertAnnouncementReaction(tx.db, row)) await tell(tx, id, emoji)
  })
}

/** Nothing happens when it is not there. @throws DomainError `not_found` */
export async function takeBackReaction(ctx: Context, by: Actor, id: string, name: string): Promise<void> {
  const emoji = normalizeEmoji(name) ?? shortcodeIn(name) ?? name
  await transact(ctx, async (tx) => {
    if ((await lockAnnouncement(tx.db, id, tx.now())) === undefined) throw notFound()
    const row = { announcementId: id, accountId: by.id, name: emoji }
    if (await deleteAnnouncementReaction(tx.db, row)) await tell(tx, id, emoji)
  })
}

async function readEmoji({ db }: Pick<Context, 'db'>, name: string): Promise<string | undefined> {
  const emoji = normalizeEmoji(name)
  const code = shortcodeIn(name)
  if (emoji !== undefined || code === undefined) return emoji
  return (await listEmojisNamed(db, [code]))[0]?.shortcode
}

/** https://docs.joinmastodon.org/methods/streaming/#events */
async function tell(tx: TxContext, id: string, name: string): Promise<void> {
  const left = await listAnnouncementReactions(tx.db, [id], null)
  const count = left.find((each) => each.name === name)?.count ?? 0
  const payload = JSON.stringify({ name, count, announcement_id: id })
  publishEvent(tx.db, { event: 'announcement.reaction', payload })
}
