import type { Context, Db } from '../../context.ts'
import type { Actor } from '../../store/actors.ts'
import { hasFollowerHere } from '../../store/follows.ts'
import { findPost } from '../../store/statuses.ts'
import { findStatusIdByUri } from '../accounts/resolve-local.ts'

type Reader = Pick<Context, 'config'> & { readonly db: Db }

/**
 * Whether a boost by somebody elsewhere concerns anybody here: one of us follows them, or it is of a post of ours.
 * Asked before anything is fetched.
 */
export async function isBoostWanted(ctx: Reader, boost: { by: Actor; targetUri: string }): Promise<boolean> {
  return (await hasFollowerHere(ctx.db, boost.by.id)) || isOurs(ctx, boost.targetUri)
}

async function isOurs(ctx: Reader, uri: string): Promise<boolean> {
  const id = await findStatusIdByUri(ctx, uri)
  return id !== undefined && (await findPost(ctx.db, id)) !== undefined
}
