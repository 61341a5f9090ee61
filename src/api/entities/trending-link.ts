import type { Context } from '../../context.ts'
import { dayMs } from '../../lib/time.ts'
import { listLinkDays, listPreviews } from '../../store/link-previews.ts'
import { presentCard } from './card.ts'

const shownDays = 7

/** https://docs.joinmastodon.org/entities/Trends_Link/: cards with how often they were linked to, today first. */
export async function presentTrendingLinks(
  ctx: Pick<Context, 'config' | 'db' | 'keyring' | 'now'>,
  ids: readonly string[],
) {
  const today = Math.floor(ctx.now().getTime() / dayMs) * dayMs
  const since = new Date(today - (shownDays - 1) * dayMs)
  const [previews, days] = await Promise.all([listPreviews(ctx.db, ids), listLinkDays(ctx.db, ids, since)])
  return previews.map((preview) => ({
    ...presentCard(ctx, preview),
    history: Array.from({ length: shownDays }, (_each, ago) => {
      const start = today - ago * dayMs
      const found = days.find(({ id, day }) => id === preview.id && day.getTime() === start)
      const { uses = 0, accounts = 0 } = found ?? {}
      return { day: String(start / 1000), uses: String(uses), accounts: String(accounts) }
    }),
  }))
}
