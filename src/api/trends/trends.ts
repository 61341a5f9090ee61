import type { Context } from '../../context.ts'
import { firstIdAt } from '../../lib/ids.ts'
import { listTrendingLinkIds, listTrendingStatusIds, listTrendingTags } from '../../store/trends.ts'
import { listWantedIds } from '../../store/threads.ts'
import { presentTrendingLinks } from '../entities/trending-link.ts'
import { presentTags } from '../entities/tag.ts'
import { limit, read, wholeNumber } from '../input.ts'
import type { Call } from '../route.ts'
import { presentByIds } from '../statuses/status-answer.ts'

const spanMs = 2 * 86_400_000
const keptMs = 5 * 60_000
const most = 100

type Kept = { readonly until: number; readonly names: Promise<readonly string[]> }

const kept = new WeakMap<Context['db'], Map<string, Kept>>()

/** https://docs.joinmastodon.org/methods/trends/#tags: of the last two days; asked anew every 5 minutes. */
export async function showTrendingTags(ctx: Context, { viewer, input }: Call) {
  const names = await remember(ctx, 'tags', async (since) =>
    (await listTrendingTags(ctx.db, since, most)).map(({ name }) => name),
  )
  return presentTags(ctx, viewer, cut(names, input, { usual: 10, max: 20 }))
}

/** https://docs.joinmastodon.org/methods/trends/#statuses */
export async function showTrendingStatuses(ctx: Context, { viewer, input }: Call) {
  const ids = await remember(ctx, 'statuses', (since) => listTrendingStatusIds(ctx.db, since, most))
  const wanted = cut(ids, input, { usual: 20, max: 40 })
  const visible = new Set(await listWantedIds(ctx.db, wanted, viewer?.id, most))
  return presentByIds(
    ctx,
    viewer,
    wanted.filter((id) => visible.has(id)),
  )
}

/** https://docs.joinmastodon.org/methods/trends/#links */
export async function showTrendingLinks(ctx: Context, { input }: Call) {
  const ids = await remember(ctx, 'links', (since) => listTrendingLinkIds(ctx.db, since, most))
  return presentTrendingLinks(ctx, cut(ids, input, { usual: 10, max: 20 }))
}

function cut(names: readonly string[], input: Call['input'], size: { usual: number; max: number }): string[] {
  const given = read(input, { limit: limit(size.usual, size.max), offset: wholeNumber })
  const offset = Math.max(given.offset ?? 0, 0)
  return names.slice(offset, offset + given.limit)
}

async function remember(
  { db, now }: Context,
  what: string,
  find: (since: string) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const at = now().getTime()
  const known = kept.get(db) ?? new Map<string, Kept>()
  kept.set(db, known)
  const earlier = known.get(what)
  if (earlier !== undefined && earlier.until > at) return earlier.names
  const names = find(firstIdAt(new Date(at - spanMs)))
  known.set(what, { until: at + keptMs, names })
  names.catch(() => known.delete(what))
  return names
}
