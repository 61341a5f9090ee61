import type { Context } from '../../context.ts'
import { actorUri, statusUri } from '../../domain/accounts/addresses.ts'
import { findActor, type Actor } from '../../store/actors.ts'
import { findPost } from '../../store/statuses.ts'
import { writeFeaturing, writeHashtag } from '../vocab/write-featured.ts'
import { sendActivity } from './send.ts'

type Saying = { readonly type: 'Add' | 'Remove'; readonly jobId: string }

/** Tells followers of a post that its author shows it first, or no longer; of one that anybody may read. */
export async function sayOfPin(ctx: Context, statusId: string, saying: Saying): Promise<void> {
  const post = await findPost(ctx.db, statusId)
  const author = post && (await findActor(ctx.db, post.actorId))
  if (post === undefined || author === undefined || post.deletedAt !== null) return
  if (post.visibility !== 'public' && post.visibility !== 'unlisted') return
  await say(ctx, author, statusUri(ctx.config, post, author), saying)
}

/** The same of a hashtag on an account's profile. */
export async function sayOfTag(
  ctx: Context,
  { accountId, tag }: { accountId: string; tag: string },
  saying: Saying,
): Promise<void> {
  const account = await findActor(ctx.db, accountId)
  if (account !== undefined) await say(ctx, account, writeHashtag(ctx.config, tag), saying)
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
