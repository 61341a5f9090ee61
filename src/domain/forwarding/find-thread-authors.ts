import type { Context, Db } from '../../context.ts'
import { findPost, findRemoteStatus } from '../../store/statuses.ts'
import { localStatusId } from '../accounts/addresses.ts'

type Reader = Pick<Context, 'config'> & { readonly db: Db }

/** How far above what arrived a post of ours may stand: https://www.w3.org/TR/activitypub/#inbox-forwarding */
const maxLevels = 3

const maxStarts = 20

/**
 * Our accounts to whose posts something belongs.
 * @param uris what it names: the object, what that answers, is aimed at or is tagged with; at most 20 of them count
 */
export async function findThreadAuthors(ctx: Reader, uris: readonly string[]): Promise<Set<string>> {
  const authors = new Set<string>()
  for (const uri of new Set(uris.slice(0, maxStarts))) {
    const author = await climbToOurs(ctx, uri, maxLevels)
    if (author !== undefined) authors.add(author)
  }
  return authors
}

async function climbToOurs(ctx: Reader, uri: string, levels: number): Promise<string | undefined> {
  const ours = localStatusId(ctx.config, uri)
  if (ours !== undefined) {
    const post = await findPost(ctx.db, ours)
    return post?.deletedAt === null ? post.actorId : undefined
  }
  if (levels <= 1 || uri.startsWith(`${ctx.config.origin}/`)) return undefined
  const above = (await findRemoteStatus(ctx.db, uri))?.inReplyToUri
  return above == null ? undefined : climbToOurs(ctx, above, levels - 1)
}
