import type { Context } from '../../context.ts'
import { listActors } from '../../store/actors.ts'
import { listBoosters, listLikers, type Doer } from '../../store/doings.ts'
import { presentAccounts } from '../entities/account.ts'
import { page, readRange } from '../paging.ts'
import type { Call } from '../route.ts'
import { getNamedStatus } from './status-answer.ts'

const size = { usual: 40, max: 80 }

/** https://docs.joinmastodon.org/methods/statuses/#favourited_by */
export async function listFavouritedBy(ctx: Context, call: Call) {
  const { id, boostOfId } = await getNamedStatus(ctx, call)
  const range = readRange(call.input, size)
  return accountPage(ctx, call, await listLikers(ctx.db, boostOfId ?? id, call.viewer?.id, range))
}

/** https://docs.joinmastodon.org/methods/statuses/#reblogged_by */
export async function listRebloggedBy(ctx: Context, call: Call) {
  const { id, boostOfId } = await getNamedStatus(ctx, call)
  const range = readRange(call.input, size)
  return accountPage(ctx, call, await listBoosters(ctx.db, boostOfId ?? id, call.viewer?.id, range))
}

async function accountPage(ctx: Context, call: Call, doers: readonly Doer[]) {
  const actors = await listActors(
    ctx.db,
    doers.map(({ actorId }) => actorId),
  )
  const byId = new Map(actors.map((actor) => [actor.id, actor]))
  const accounts = await presentAccounts(
    ctx,
    doers.flatMap(({ actorId }) => byId.get(actorId) ?? []),
  )
  return page(
    ctx.config,
    call,
    accounts,
    doers.map(({ id }) => id),
  )
}
