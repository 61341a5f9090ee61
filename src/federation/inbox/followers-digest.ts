import type { Context } from '../../context.ts'
import { hasOtherFollowers } from '../../domain/follows/compare-digest.ts'
import { canonicalHost } from '../../lib/canonical-host.ts'
import { readPairs } from '../../lib/signatures/pairs.ts'
import { enqueue } from '../../store/jobs.ts'
import type { Act, Received } from './listener.ts'

/** `name="text"`, and the comma to the next one. */
const pair = /([A-Za-z]+)=(?:"([^"\\]*)"|(\w+))(?:$|[ \t]*,[ \t]*(?!$))/y

/** An actor's list of followers here is asked for once an hour at most. */
const onceSeconds = 3600

/**
 * What a `Collection-Synchronization` header asks for, if its digest is not ours: to look at the list. It counts only
 * for the sender's own followers, listed on the sender's own host.
 * @see https://codeberg.org/fediverse/fep/src/branch/main/fep/8fcf/fep-8fcf.md
 */
export async function readFollowersDigest(
  ctx: Context,
  { actor }: Pick<Received, 'actor'>,
  header: string,
): Promise<Act | undefined> {
  const claim = readClaim(header)
  if (claim === undefined || claim.collectionId !== actor.followersUrl) return undefined
  if (canonicalHost(claim.url) !== canonicalHost(actor.uri)) return undefined
  if (!(await hasOtherFollowers(ctx, actor, claim.digest))) return undefined
  const data = { actorId: actor.id, url: claim.url }
  return (tx) => enqueue(tx, 'followers.compare', data, { once: { key: actor.id, seconds: onceSeconds } })
}

function readClaim(header: string): { collectionId: string; url: string; digest: string } | undefined {
  const pairs = readPairs(header, pair)
  const [collectionId, url] = [pairs?.get('collectionId'), pairs?.get('url')]
  const digest = pairs?.get('digest')?.toLowerCase() ?? ''
  if (collectionId === undefined || url === undefined || canonicalHost(url) === undefined) return undefined
  return /^[0-9a-f]{64}$/.test(digest) ? { collectionId, url, digest } : undefined
}
