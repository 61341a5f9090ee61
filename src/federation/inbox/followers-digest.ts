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
  const pairs = readPairs(header, pair)
  const [url, digest] = [pairs?.get('url') ?? '', pairs?.get('digest')?.toLowerCase() ?? '']
  if (actor.followersUrl === null || pairs?.get('collectionId') !== actor.followersUrl) return undefined
  const host = canonicalHost(url)
  if (host === undefined || host !== canonicalHost(actor.uri) || !/^[0-9a-f]{64}$/.test(digest))
    return undefined
  if (!(await hasOtherFollowers(ctx, actor, digest))) return undefined
  const once = { key: actor.id, seconds: onceSeconds }
  return (tx) => enqueue(tx, 'followers.compare', { actorId: actor.id, url }, { once })
}
