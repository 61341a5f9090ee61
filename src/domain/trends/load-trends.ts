import type { Context } from '../../context.ts'
import { firstIdAt } from '../../lib/ids.ts'
import { createMemory } from '../../lib/memory.ts'
import { listTrendingLinkIds, listTrendingStatusIds, listTrendingTags } from '../../store/trends.ts'
import { loadTagFacts, type TagFacts } from '../tags/load-tag-facts.ts'

/** What trends is of the last two days, and asked anew every 5 minutes. */
const spanMs = 2 * 86_400_000
const keptMs = 5 * 60_000
const most = 100

export type TrendingTags = { readonly names: readonly string[]; readonly facts: TagFacts }

const tags = createMemory<TrendingTags>(keptMs)
const statusIds = createMemory<readonly string[]>(keptMs)
const linkIds = createMemory<readonly string[]>(keptMs)

type Reader = Pick<Context, 'db' | 'keyring' | 'now'>

/** With what is said of them, so that nobody who looks at them has all of it counted. */
export function loadTrendingTags(ctx: Reader): Promise<TrendingTags> {
  return tags(ctx.keyring, ctx.now(), async () => {
    const found = await listTrendingTags(ctx.db, since(ctx), most)
    const names = found.map(({ name }) => name)
    return { names, facts: await loadTagFacts(ctx, names) }
  })
}

export function loadTrendingStatusIds(ctx: Reader): Promise<readonly string[]> {
  return statusIds(ctx.keyring, ctx.now(), () => listTrendingStatusIds(ctx.db, since(ctx), most))
}

export function loadTrendingLinkIds(ctx: Reader): Promise<readonly string[]> {
  return linkIds(ctx.keyring, ctx.now(), () => listTrendingLinkIds(ctx.db, since(ctx), most))
}

/** @returns an id */
function since({ now }: Reader): string {
  return firstIdAt(new Date(now().getTime() - spanMs))
}
