import { z } from 'zod'
import type { Context } from '../../context.ts'
import { describeRecovery, getRecovery } from '../../domain/recovery/describe-recovery.ts'
import { presentHost, presentLedgerRow, presentRecovery } from '../../domain/recovery/present-recovery.ts'
import type { Actor } from '../../store/actors.ts'
import { listRecoveries } from '../../store/recoveries.ts'
import { followerStates } from '../../store/recovery-followers.ts'
import { listLedger, listLedgerHosts } from '../../store/recovery-ledger.ts'
import { limit, read } from '../input.ts'
import { answer, type Answer, type Call } from '../route.ts'

const mostHosts = 200

/** `GET /api/holdfast/v1/recoveries`: from where the member has come back, newest first. */
export async function listOwnRecoveries(ctx: Context, { viewer }: Call<Actor>): Promise<object[]> {
  const begun = await listRecoveries(ctx.db, viewer.id)
  return Promise.all(begun.map(async ({ id }) => presentRecovery(await describeRecovery(ctx, viewer, id))))
}

/** `GET /api/holdfast/v1/recoveries/:id`: how far it is, with the servers of most followers. */
export async function showRecovery(ctx: Context, { viewer, params }: Call<Actor>): Promise<object> {
  const id = params['id'] ?? ''
  const view = await describeRecovery(ctx, viewer, id)
  const hosts = await listLedgerHosts(ctx.db, id, mostHosts)
  return { ...presentRecovery(view), hosts: hosts.map(presentHost) }
}

/**
 * `GET /api/holdfast/v1/recoveries/:id/followers`: what became of each follower, in the order of the kit; `state` for
 * some of them, `after` for those behind that id.
 */
export async function listFollowers(ctx: Context, call: Call<Actor>): Promise<Answer> {
  const { viewer, params, input, request } = call
  const { id } = await getRecovery(ctx, viewer, params['id'] ?? '')
  const given = read(input, {
    after: z.coerce.number().int().min(0).max(2_147_483_647).default(0),
    limit: limit(100, 1000),
    state: z.enum(followerStates).optional(),
  })
  const rows = await listLedger(ctx.db, id, given)
  const last = rows.at(-1)
  const body = rows.map(presentLedgerRow)
  if (last === undefined || rows.length < given.limit) return answer(body)
  const next = new URL(request.originalUrl, ctx.config.origin)
  next.searchParams.set('after', String(last.number))
  return answer(body, {
    headers: { Link: `<${ctx.config.origin}${next.pathname}${next.search}>; rel="next"` },
  })
}
