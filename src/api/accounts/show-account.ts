import type { Context } from '../../context.ts'
import { getActorByName } from '../../domain/accounts/get-actor-by-name.ts'
import { listPresentActors } from '../../store/actors.ts'
import { presentAccount, presentAccounts } from '../entities/account.ts'
import { recordNotFound } from '../errors.ts'
import { ids, read, text } from '../input.ts'
import type { Call } from '../route.ts'
import { findKnownActor } from '../../domain/search/find-known-actor.ts'
import { getNamedAccount, isNobody } from './named-account.ts'

/** https://docs.joinmastodon.org/methods/accounts/#get */
export async function showAccount(ctx: Context, call: Call) {
  return presentAccount(ctx, await getNamedAccount(ctx, call))
}

/** https://docs.joinmastodon.org/methods/accounts/#index */
export async function showAccounts(ctx: Context, call: Call) {
  const { id } = read(call.input, { id: ids })
  return presentAccounts(ctx, await listPresentActors(ctx.db, id))
}

/**
 * https://docs.joinmastodon.org/methods/accounts/#lookup
 * Another server is asked for a member only.
 */
export async function lookUpAccount(ctx: Context, call: Call) {
  const { acct } = read(call.input, { acct: text(500) })
  if (acct === undefined || acct.includes('/')) throw recordNotFound()
  const known = await findKnownActor(ctx, acct)
  const actor = known ?? (call.viewer === undefined ? undefined : await getActorByName(ctx, acct))
  if (actor === undefined || isNobody(actor)) throw recordNotFound()
  return presentAccount(ctx, actor)
}
