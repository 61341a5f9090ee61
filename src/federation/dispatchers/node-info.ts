import type { Federation, NodeInfo } from '@fedify/fedify'
import type { Context } from '../../context.ts'
import { readSettings } from '../../domain/instance/settings.ts'
import { dayMs } from '../../lib/time.ts'
import { countAccounts } from '../../store/actors.ts'
import { countLocalPosts } from '../../store/status-counts.ts'

/** NodeInfo 2.1, and the index that names it. */
export function describeNodeInfo(federation: Federation<Context>): void {
  federation.setNodeInfoDispatcher('/nodeinfo/2.1', ({ data: ctx }) => describeNode(ctx))
}

/** https://nodeinfo.diaspora.software/schema.html */
export async function describeNode(ctx: Context): Promise<NodeInfo> {
  const now = ctx.now().getTime()
  const [{ registrations }, month, halfYear, posts] = await Promise.all([
    readSettings(ctx),
    countAccounts(ctx.db, new Date(now - 30 * dayMs)),
    countAccounts(ctx.db, new Date(now - 180 * dayMs)),
    countLocalPosts(ctx.db),
  ])
  return {
    software: { name: 'holdfast', version: ctx.config.version },
    protocols: ['activitypub'],
    services: { inbound: [], outbound: [] },
    openRegistrations: registrations === 'open',
    usage: {
      users: { total: month.total, activeMonth: month.active, activeHalfyear: halfYear.active },
      localPosts: posts.total - posts.replies,
      localComments: posts.replies,
    },
    // By this apps know which client API is spoken here.
    metadata: { upstream: { name: 'mastodon' } },
  }
}
