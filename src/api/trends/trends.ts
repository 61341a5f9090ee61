import type { Context } from '../../context.ts'
import {
  loadTrendingLinkIds,
  loadTrendingStatusIds,
  loadTrendingTags,
} from '../../domain/trends/load-trends.ts'
import { listWantedIds } from '../../store/threads.ts'
import { presentTags } from '../entities/tag.ts'
import { presentTrendingLinks } from '../entities/trending-link.ts'
import { offsetPage, readOffset, type OffsetRange } from '../offset-paging.ts'
import type { Call } from '../route.ts'
import { presentByIds } from '../statuses/status-answer.ts'

/** https://docs.joinmastodon.org/methods/trends/#tags */
export async function showTrendingTags(ctx: Context, call: Call) {
  const { names, facts } = await loadTrendingTags(ctx)
  const range = readOffset(call.input, { usual: 10, max: 20 })
  const shown = cut(names, range)
  return offsetPage(ctx.config, call, await presentTags(ctx, call.viewer, shown, facts), range, shown.length)
}

/** https://docs.joinmastodon.org/methods/trends/#statuses */
export async function showTrendingStatuses(ctx: Context, call: Call) {
  const { viewer } = call
  const range = readOffset(call.input, { usual: 20, max: 40 })
  const asked = cut(await loadTrendingStatusIds(ctx), range)
  const visible = new Set(await listWantedIds(ctx.db, asked, viewer?.id, range.limit))
  const wanted = asked.filter((id) => visible.has(id))
  return offsetPage(ctx.config, call, await presentByIds(ctx, viewer, wanted), range, asked.length)
}

/** https://docs.joinmastodon.org/methods/trends/#links */
export async function showTrendingLinks(ctx: Context, call: Call) {
  const range = readOffset(call.input, { usual: 10, max: 20 })
  const shown = cut(await loadTrendingLinkIds(ctx), range)
  return offsetPage(ctx.config, call, await presentTrendingLinks(ctx, shown), range, shown.length)
}

function cut(all: readonly string[], { offset, limit }: OffsetRange): string[] {
  return all.slice(offset, offset + limit)
}
