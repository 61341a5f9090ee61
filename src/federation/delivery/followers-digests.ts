import { LRUCache } from 'lru-cache'
import type { Context } from '../../context.ts'
import { actorUri, followersUri } from '../../domain/accounts/addresses.ts'
import { findActor } from '../../store/actors.ts'
import { listFollowerDigests } from '../../store/followers-sync.ts'
import type { ExtraHeaders } from './post-activity.ts'

export type FollowersDigests = {
  /** The header that tells the server of an inbox who there follows the account; none when those are too many. */
  headersFor(accountId: string, inbox: string): Promise<ExtraHeaders>
}

/** Longer lists are not served, so nobody is asked to compare them. */
export const maxListedFollowers = 10_000

const nobody = '0'.repeat(64)

type Digests = {
  readonly list: string
  readonly collection: string
  readonly byOrigin: Map<string, string | null>
}

/**
 * The digests of all origins are made together, and kept for half a minute: who follows meanwhile costs the receiver
 * one look at the list.
 * @see https://codeberg.org/fediverse/fep/src/branch/main/fep/8fcf/fep-8fcf.md
 */
export function createFollowersDigests(ctx: Pick<Context, 'config' | 'db'>): FollowersDigests {
  const cache = new LRUCache<string, Digests>({
    max: 100,
    ttl: 30_000,
    fetchMethod: async (accountId) => loadDigests(ctx, accountId),
  })
  return {
    headersFor: async (accountId, inbox) => {
      const digests = await cache.fetch(accountId)
      const digest = digests?.byOrigin.get(new URL(inbox).origin)
      if (digests === undefined || digest === null) return {}
      const value = `collectionId="${digests.collection}", url="${digests.list}", digest="${digest ?? nobody}"`
      return { 'collection-synchronization': value }
    },
  }
}

async function loadDigests(
  ctx: Pick<Context, 'config' | 'db'>,
  accountId: string,
): Promise<Digests | undefined> {
  const account = await findActor(ctx.db, accountId)
  if (account === undefined) return undefined
  const there = await listFollowerDigests(ctx.db, accountId)
  return {
    collection: followersUri(ctx.config, account),
    list: `${actorUri(ctx.config, account)}/followers_synchronization`,
    byOrigin: new Map(
      there.map(({ origin, count, digest }) => [origin, count > maxListedFollowers ? null : digest]),
    ),
  }
}
