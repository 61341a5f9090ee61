import type { Context } from '../../context.ts'
import { findEmojis } from '../../domain/emojis/find-emojis.ts'
import { parseText } from '../../domain/statuses/parse-text.ts'
import { renderPost } from '../../domain/statuses/render-post.ts'
import {
  listAnnouncementReactions,
  listDismissed,
  type Announcement,
  type AnnouncementReaction,
} from '../../store/announcements.ts'
import { listEmojisNamed } from '../../store/custom-emojis.ts'
import { isoDate, isoDateOrNull } from '../entities/date.ts'
import { presentEmojis } from '../entities/emoji.ts'
import { presentReactions } from '../entities/reaction.ts'

/**
 * https://docs.joinmastodon.org/entities/Announcement/
 * @param viewerId null for what all members get alike
 */
export async function presentAnnouncements(
  ctx: Context,
  announcements: readonly Announcement[],
  viewerId: string | null,
) {
  const ids = announcements.map(({ id }) => id)
  const reactions = await listAnnouncementReactions(ctx.db, ids, viewerId)
  const [dismissed, pictures, emojis] = await Promise.all([
    viewerId === null ? undefined : listDismissed(ctx.db, ids, viewerId),
    listEmojisNamed(ctx.db, [...new Set(reactions.map(({ name }) => name))]),
    findEmojis(
      ctx,
      announcements.map(({ content }) => content),
    ),
  ])
  const urls = new Map(pictures.map(({ shortcode, url }) => [shortcode, url]))
  return announcements.map((announcement) => {
    const { id, content, startsAt, endsAt, allDay, publishedAt, updatedAt } = announcement
    const used = emojis.filter(({ shortcode }) => content.includes(`:${shortcode}:`))
    return {
      id,
      content: renderPost(ctx.config, { source: content, mentions: [] }),
      ...{ starts_at: isoDateOrNull(startsAt), ends_at: isoDateOrNull(endsAt), all_day: allDay },
      ...{ published_at: isoDate(publishedAt), updated_at: isoDate(updatedAt) },
      ...(dismissed && { read: dismissed.has(id) }),
      ...{ mentions: [], statuses: [], tags: tagsIn(ctx, content) },
      emojis: presentEmojis(ctx, used),
      reactions: describeReactions(
        ctx,
        reactions.filter(({ announcementId }) => announcementId === id),
        urls,
      ),
    }
  })
}

function describeReactions(
  ctx: Context,
  reactions: readonly AnnouncementReaction[],
  urls: ReadonlyMap<string, string>,
) {
  const counted = reactions.map((each) => ({ ...each, emojiUrl: urls.get(each.name) ?? null }))
  return presentReactions(
    ctx,
    counted,
    counted.filter(({ isMine }) => isMine),
  )
}

function tagsIn({ config }: Context, content: string): { name: string; url: string }[] {
  const tags = parseText(content).flatMap((piece) => (piece.kind === 'hashtag' ? piece.tag : []))
  return [...new Set(tags)].map((name) => ({
    name,
    url: `${config.origin}/tags/${encodeURIComponent(name.toLowerCase())}`,
  }))
}
