import type { Context } from '../../context.ts'
import { createMemory } from '../../lib/memory.ts'
import { dayMs } from '../../lib/time.ts'
import { countAccounts } from '../../store/actors.ts'
import { countPeers, countWeeks, type WeekOfActivity } from '../../store/peers.ts'
import { countLocalPosts } from '../../store/status-counts.ts'

const weekMs = 7 * dayMs
const weeks = 12

export type Usage = {
  readonly people: number
  /** Of them, who posted in the last 30 days. */
  readonly active: number
  readonly posts: number
  readonly peers: number
}

const usage = createMemory<Usage>(60_000)
const activity = createMemory<WeekOfActivity[]>(3600_000)

type Reader = Pick<Context, 'db' | 'keyring' | 'now'>

/** How much goes on here, at most a minute ago: every app asks whenever it starts. */
export function loadUsage({ db, keyring, now }: Reader): Promise<Usage> {
  return usage(keyring, now(), async () => {
    const since = new Date(now().getTime() - 30 * dayMs)
    const [accounts, posts, peers] = await Promise.all([
      countAccounts(db, since),
      countLocalPosts(db),
      countPeers(db),
    ])
    return { people: accounts.total, active: accounts.active, posts: posts.total, peers }
  })
}

/** The last twelve weeks, which begin on Monday in UTC; the one that is not over first. */
export function loadActivity({ db, keyring, now }: Reader): Promise<readonly WeekOfActivity[]> {
  const today = now()
  const days = Math.floor(today.getTime() / dayMs)
  // The first day of all was a Thursday.
  const monday = (days - ((days + 3) % 7)) * dayMs
  const starts = Array.from({ length: weeks }, (_, index) => new Date(monday - index * weekMs))
  return activity(keyring, today, () => countWeeks(db, starts, weekMs))
}
