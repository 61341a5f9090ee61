import type { Context, Db } from '../../context.ts'
import { findAccount, findAccountByFormerUri, type Actor } from '../../store/actors.ts'
import { findPost, findPostIdByFormerUri, findRemoteStatus } from '../../store/statuses.ts'
import { localStatusId, localUsername } from './addresses.ts'

type Reader = Pick<Context, 'config'> & { readonly db: Db }

/** Our account with this actor id, be it the present one or one that it had before it came here. */
export async function findAccountByUri(ctx: Reader, uri: string): Promise<Actor | undefined> {
  const username = localUsername(ctx.config, uri)
  return username === undefined ? findAccountByFormerUri(ctx.db, uri) : findAccount(ctx.db, username)
}

/** The status with this id, ours (present or former id) or another server's; undefined when we do not have it. */
export async function findStatusIdByUri(ctx: Reader, uri: string): Promise<string | undefined> {
  const local = localStatusId(ctx.config, uri)
  if (local !== undefined) return (await findPost(ctx.db, local))?.id
  return (await findPostIdByFormerUri(ctx.db, uri)) ?? (await findRemoteStatus(ctx.db, uri))?.id
}
