import type { Context } from '../../context.ts'
import { dropScheduled, getScheduled, reschedulePost } from '../../domain/scheduled/change-scheduled.ts'
import type { Actor } from '../../store/actors.ts'
import { listScheduled } from '../../store/scheduled-statuses.ts'
import { page, readRange } from '../paging.ts'
import type { Call } from '../route.ts'
import { invalid, validated } from '../statuses/validation.ts'
import { presentScheduled } from './present-scheduled.ts'
import { readTime } from './read-time.ts'

/** https://docs.joinmastodon.org/methods/scheduled_statuses/#get */
export async function listOwnScheduled(ctx: Context, call: Call<Actor>) {
  const range = readRange(call.input, { usual: 20, max: 40 })
  const all = await listScheduled(ctx.db, call.viewer.id, range)
  const body = all.map((each) => presentScheduled(ctx, each))
  return page(
    ctx.config,
    call,
    body,
    all.map(({ id }) => id),
  )
}

export async function showScheduled(ctx: Context, { params, viewer }: Call<Actor>) {
  return presentScheduled(ctx, await getScheduled(ctx, viewer, params['id'] ?? ''))
}

/** https://docs.joinmastodon.org/methods/scheduled_statuses/#update: another time. */
export async function changeScheduled(ctx: Context, { input, params, viewer }: Call<Actor>) {
  const { id } = await getScheduled(ctx, viewer, params['id'] ?? '')
  const time = readTime(input['scheduled_at'])
  if (time === undefined) throw invalid("Scheduled at can't be blank")
  await validated(reschedulePost(ctx, viewer, id, time))
  return presentScheduled(ctx, await getScheduled(ctx, viewer, id))
}

/** https://docs.joinmastodon.org/methods/scheduled_statuses/#cancel */
export async function cancelScheduled(ctx: Context, { params, viewer }: Call<Actor>) {
  await dropScheduled(ctx, viewer, params['id'] ?? '')
  return {}
}
