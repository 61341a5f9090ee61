import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { actorUri, statusUri } from '../../domain/accounts/addresses.ts'
import { featuredLimits } from '../../domain/featured/limits.ts'
import { findActor, type Actor } from '../../store/actors.ts'
import { listFeaturedIds, listFeaturedTags, lockAccountRow } from '../../store/featured.ts'
import { findPost } from '../../store/statuses.ts'
import { writeFeaturing, writeHashtag } from '../vocab/write-featured.ts'
import { sendActivity } from './send.ts'

type Saying = { readonly type: 'Add' | 'Remove'; readonly jobId: string }

/**
 * Tells followers of a post that its author shows it first, or no longer; of one that anybody may read, and as it is when
 * this is said: an Add that comes after the Remove would stand for ever.
 */
export async function sayOfPin(ctx: Context, statusId: string, saying: Saying): Promise<void> {
  await transact(ctx, async (tx) => {
    const post = await findPost(tx.db, statusId)
    const author = post && (await findActor(tx.db, post.actorId))
    if (post === undefined || author === undefined || post.deletedAt !== null) return
    if (post.visibility !== 'public' && post.visibility !== 'unlisted') return
    await lockAccountRow(tx.db, author.id)
    const pinned = await listFeaturedIds(tx.db, author.id, featuredLimits.pins)
    if (pinned.includes(statusId) === (saying.type === 'Add'))
      await say(tx, author, statusUri(tx.config, post, author), saying)
  })
}

/** The same of a hashtag on an account's profile. */
export async function sayOfTag(
  ctx: Context,
  { accountId, tag }: { accountId: string; tag: string },
  saying: Saying,
): Promise<void> {
  await transact(ctx, async (tx) => {
    const account = await findActor(tx.db, accountId)
    if (account === undefined) return
    await lockAccountRow(tx.db, accountId)
    const tags = await listFeaturedTags(tx.db, accountId, featuredLimits.tags)
    if (tags.includes(tag) === (saying.type === 'Add'))
      await say(tx, account, writeHashtag(tx.config, tag), saying)
  })
}

async function say(
  ctx: Context,
  actor: Actor,
  object: Record<string, unknown> | string,
  { type, jobId }: Saying,
): Promise<void> {
  const id = `${actorUri(ctx.config, actor)}#featured/${jobId}`
  const activity = writeFeaturing(ctx.config, type, { id, actor, object })
  await sendActivity(ctx, {
    jobId,
    accountId: actor.id,
    objectId: actor.id,
    activity,
    recipients: { followersOf: actor.id },
  })
}
