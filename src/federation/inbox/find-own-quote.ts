import type { Context } from '../../context.ts'
import { localStatusId, statusUri } from '../../domain/accounts/addresses.ts'
import type { ObjectRef } from '../../domain/drafts.ts'
import { localQuoteRequestId } from '../../domain/quotes/addresses.ts'
import { findActor } from '../../store/actors.ts'
import { findPost, findStatus, type Status } from '../../store/statuses.ts'
import { readEmbeddedActivity } from '../vocab/read-activity.ts'
import type { Received } from './listener.ts'

/** A post of ours that quotes somebody elsewhere. All URIs. */
export type OwnQuote = {
  readonly postId: string
  readonly quoting: string
  readonly quoted: string
  readonly quotedAuthor: string
}

/**
 * The post of ours whose QuoteRequest an answer is about: by the id that we gave the request or, for those who lose that,
 * by the post in the request that came along. Undefined unless the answer is by the author whom that post quotes.
 */
export async function findOwnQuote(
  ctx: Context,
  { activity, actor }: Received,
): Promise<OwnQuote | undefined> {
  const postId = requestedBy(ctx, activity.object)
  const post = postId === undefined ? undefined : await findPost(ctx.db, postId)
  const quoted = post?.quoteOfId == null ? undefined : await findStatus(ctx.db, post.quoteOfId)
  if (post === undefined || quoted?.uri == null || quoted.actorId !== actor.id) return undefined
  const quoting = await uriOf(ctx, post)
  return quoting === undefined
    ? undefined
    : { postId: post.id, quoting, quoted: quoted.uri, quotedAuthor: actor.uri }
}

function requestedBy({ config }: Context, { id, embedded }: ObjectRef): string | undefined {
  const byId = id === undefined ? undefined : localQuoteRequestId(config, id)
  if (byId !== undefined || embedded === undefined) return byId
  const request = readEmbeddedActivity(embedded)
  if (!request.ok || request.activity.type !== 'QuoteRequest') return undefined
  const quoting = request.activity.instrument?.id
  return quoting === undefined ? undefined : localStatusId(config, quoting)
}

async function uriOf({ config, db }: Context, post: Status): Promise<string | undefined> {
  const author = await findActor(db, post.actorId)
  return author && statusUri(config, post, author)
}
