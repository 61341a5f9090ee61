import { createHash } from 'node:crypto'
import type { Context } from '../../context.ts'
import { actorUrl } from '../../domain/accounts/addresses.ts'
import { featuredLimits } from '../../domain/featured/limits.ts'
import { tagUrl } from '../../domain/statuses/render-post.ts'
import { loadTagFacts, shownDays, type TagFacts } from '../../domain/tags/load-tag-facts.ts'
import { dayMs } from '../../lib/time.ts'
import type { Actor } from '../../store/actors.ts'
import { listFeaturedTags } from '../../store/featured.ts'
import type { ShownTag, TagDay } from '../../store/tag-facts.ts'
import { listTagFollows } from '../../store/tag-follows.ts'
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

/**
 * In the given order, with the same few queries for any number of them; written as they were first, as Mastodon has it.
 * @param tags normalised
 * @param known where it was loaded already
 */
export async function presentTags(
  ctx: Pick<Context, 'db' | 'config' | 'now'>,
  viewer: Actor | undefined,
  tags: readonly string[],
  known?: TagFacts,
): Promise<TagJson[]> {
  const today = Math.floor(ctx.now().getTime() / dayMs) * dayMs
  const [{ days, spellings }, own] = await Promise.all([
    known ?? loadTagFacts(ctx, tags),
    viewer && loadOwn(ctx, viewer),
  ])
  return tags.map((tag) => ({
    id: tagId(tag),
    name: spellings.get(tag) ?? tag,
    url: tagUrl(ctx.config, tag),
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

/** https://docs.joinmastodon.org/entities/FeaturedTag/: it leads to what its owner said under it. */
export function presentShownTag(
  { config }: Pick<Context, 'config'>,
  owner: Actor,
  { id, tag, shownAs, statuses, lastStatusAt }: ShownTag,
) {
  return {
    id,
    name: shownAs,
    url: `${actorUrl(config, owner)}/tagged/${encodeURIComponent(tag)}`,
    statuses_count: String(statuses),
    last_status_at: lastStatusAt === null ? null : isoDay(lastStatusAt),
  }
}
