import type { Context, Db } from '../../context.ts'
import { findAccount, findAccountByFormerUri, type Actor } from '../../store/actors.ts'
import { findPostIdByFormerUri } from '../../store/imported-posts.ts'
import { findPost, findRemoteStatus } from '../../store/statuses.ts'
import { localStatusId, localUsername } from './addresses.ts'

type Reader = Pick<Context, 'config'> & { readonly db: Db }

/** Our account with this actor id, be it the present one or one that it had before it came here. */
export async function findAccountByUri(ctx: Reader, uri: string): Promise<Actor | undefined> {
  const username = localUsername(ctx.config, uri)
  return username === undefined ? findAccountByFormerUri(ctx.db, uri) : findAccount(ctx.db, username)
}

/**
 * The status with this id, ours (present or former id) or another server's; undefined when we do not have it. A former
 * id that nobody could confirm gives way to what its own server said while it answered.
 */
export async function findStatusIdByUri(ctx: Reader, uri: string): Promise<string | undefined> {
  const local = localStatusId(ctx.config, uri)
  if (local !== undefined) return (await findPost(ctx.db, local))?.id
  const proven = await findPostIdByFormerUri(ctx.db, uri, 'proven')
  const found = proven ?? (await findRemoteStatus(ctx.db, uri))?.id
  return found ?? (await findPostIdByFormerUri(ctx.db, uri, 'unopposed'))
}
