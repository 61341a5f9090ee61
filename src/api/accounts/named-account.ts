import type { Context } from '../../context.ts'
import { findPresentActor, type Actor } from '../../store/actors.ts'
import { recordNotFound } from '../errors.ts'
import type { Call } from '../route.ts'

type Named = Pick<Call, 'params'>

/** Somebody by the id in the path, also when they are suspended: then little is shown. @throws ApiError 404 */
export async function getNamedAccount(ctx: Pick<Context, 'db'>, call: Named): Promise<Actor> {
  return getAccountById(ctx, call.params['id'] ?? '')
}

/** Somebody with whom one can have to do. @throws ApiError 404 */
export async function getActiveAccount(ctx: Pick<Context, 'db'>, call: Named): Promise<Actor> {
  const actor = await getNamedAccount(ctx, call)
  if (actor.suspendedAt !== null || actor.domainBlocked) throw recordNotFound()
  return actor
}

/** @throws ApiError 404 */
async function getAccountById(ctx: Pick<Context, 'db'>, id: string): Promise<Actor> {
  const actor = await findPresentActor(ctx.db, id)
  if (actor === undefined) throw recordNotFound()
  return actor
}

/** Who is gone, and the instance itself, which speaks for nobody. */
export function isNobody({ deletedAt, isLocal, type }: Actor): boolean {
  return deletedAt !== null || (isLocal && type === 'Application')
}
