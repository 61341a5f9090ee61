import type { Context } from '../../context.ts'
import { countAccounts } from '../../store/actors.ts'
import { countPosts } from '../../store/status-counts.ts'

export type InstanceDescription = {
  readonly people: number
  /** How many of them posted in the last 30 days. */
  readonly active: number
  /** How many posts anybody may read. */
  readonly posts: number
}

const activeDays = 30

/** How much lives here, for whoever looks in from outside. */
export async function describeInstance(ctx: Pick<Context, 'db' | 'now'>): Promise<InstanceDescription> {
  const since = new Date(ctx.now().getTime() - activeDays * 86_400_000)
  const [accounts, posts] = await Promise.all([countAccounts(ctx.db, since), countPosts(ctx.db)])
  return { people: accounts.total, active: accounts.active, posts }
}
