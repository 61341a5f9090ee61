import { createHash } from 'node:crypto'
import type { Context } from '../../context.ts'
import type { Actor } from '../../store/actors.ts'
import { listFeaturedTags } from '../../store/featured.ts'
import { listTagDays, type ShownTag, type TagDay } from '../../store/tag-facts.ts'
import { listTagFollows } from '../../store/tag-follows.ts'
import { featuredLimits } from '../../domain/featured/limits.ts'
import { isoDay } from './date.ts'

/** https://docs.joinmastodon.org/entities/Tag/ */
export type TagJson = {
  readonly id: string
  readonly name: string
  readonly url: string
  readonly history: readonly { readonly day: string; readonly uses: string; readonly accounts: string }[]
  readonly following?: boolean
  readonly featuring?: boolean
}

const dayMs = 86_400_000
const shownDays = 7

/** In the given order, with the same few queries for any number of them. @param tags normalised */
export async function presentTags(
  ctx: Pick<Context, 'db' | 'config' | 'now'>,
  viewer: Actor | undefined,
  tags: readonly string[],
): Promise<TagJson[]> {
  const today = Math.floor(ctx.now().getTime() / dayMs) * dayMs
  const days = await listTagDays(ctx.db, tags, new Date(today - (shownDays - 1) * dayMs))
  const own = viewer && (await loadOwn(ctx, viewer))
  return tags.map((tag) => ({
    id: tagId(tag),
    name: tag,
    url: tagUrl(ctx, tag),
    history: presentHistory(days, tag, today),
    ...(own && { following: own.followed.has(tag), featuring: own.featured.has(tag) }),
  }))
}

/** Tags are known by their names here; apps want a number that stays with each. */
function tagId(tag: string): string {
  return createHash('sha256').update(tag).digest().readBigUInt64BE().toString().slice(0, 15)
}

async function loadOwn({ db }: Pick<Context, 'db'>, viewer: Actor) {
  const [followed, featured] = await Promise.all([
    listTagFollows(db, viewer.id),
    listFeaturedTags(db, viewer.id, featuredLimits.tags),
  ])
  return { followed: new Set(followed.map(({ tag }) => tag)), featured: new Set(featured) }
}

/** Numbers as text, as Mastodon has them; today first. */
function presentHistory(days: readonly TagDay[], tag: string, today: number): TagJson['history'] {
  return Array.from({ length: shownDays }, (_each, ago) => {
    const start = today - ago * dayMs
    const found = days.find((each) => each.tag === tag && each.day.getTime() === start)
    return {
      day: String(start / 1000),
      uses: String(found?.uses ?? 0),
      accounts: String(found?.accounts ?? 0),
    }
  })
}

/** https://docs.joinmastodon.org/entities/FeaturedTag/ */
export function presentShownTag(ctx: Pick<Context, 'config'>, { id, tag, statuses, lastStatusAt }: ShownTag) {
  return {
    id,
    name: tag,
    url: tagUrl(ctx, tag),
    statuses_count: String(statuses),
    last_status_at: lastStatusAt === null ? null : isoDay(lastStatusAt),
  }
}

function tagUrl({ config }: Pick<Context, 'config'>, tag: string): string {
  return `${config.origin}/tags/${encodeURIComponent(tag)}`
}
