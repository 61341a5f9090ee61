import type { Context } from '../../context.ts'
import { listActorsOn, type ActorList, type Listed } from '../../store/actor-lists.ts'
import { listActors, type Actor } from '../../store/actors.ts'
import { presentAccounts, type AccountJson } from '../entities/account.ts'
import { page, readRange } from '../paging.ts'
import type { Answer, Call } from '../route.ts'

const accountsSize = { usual: 40, max: 80 }

/** A page of one of the lists that put people somewhere, by the rows that do. */
export async function answerAccountList(
  ctx: Context,
  call: Call,
  list: ActorList,
  about: { readonly ownerId: string; readonly besideBlocksOf?: string | undefined },
): Promise<Answer> {
  const range = readRange(call.input, accountsSize)
  const rows = await listActorsOn(ctx.db, list, { ...about, now: ctx.now(), range })
  const accounts = await presentAccounts(ctx, await actorsOf(ctx, rows))
  return page(
    ctx.config,
    call,
    accounts,
    rows.map(({ id }) => id),
  )
}

async function actorsOf(ctx: Context, rows: readonly Listed[]): Promise<Actor[]> {
  return loadInOrder(
    ctx,
    rows.map(({ actorId }) => actorId),
  )
}

/** In the order of the ids. */
async function loadInOrder(ctx: Pick<Context, 'db'>, ids: readonly string[]): Promise<Actor[]> {
  const actors = await listActors(ctx.db, [...new Set(ids)])
  const byId = new Map(actors.map((actor) => [actor.id, actor]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}

export async function presentInOrder(ctx: Context, ids: readonly string[]): Promise<AccountJson[]> {
  return presentAccounts(ctx, await loadInOrder(ctx, ids))
}
