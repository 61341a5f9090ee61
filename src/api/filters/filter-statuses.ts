import type { Context } from '../../context.ts'
import { addFilterStatus, dropFilterStatus, findOwn } from '../../domain/filters/keep-filter.ts'
import type { Actor } from '../../store/actors.ts'
import type { FilterStatus } from '../../store/filters.ts'
import { recordNotFound } from '../errors.ts'
import { id, read } from '../input.ts'
import type { Call } from '../route.ts'

/** https://docs.joinmastodon.org/methods/filters/#statuses-get */
export async function showFilterStatuses(ctx: Context, { viewer, params }: Call<Actor>) {
  const filter = await findOwn(ctx, viewer, (each) => each.id === params['filter_id'])
  return filter.statuses.map(present)
}

export async function addStatus(ctx: Context, { viewer, params, input }: Call<Actor>) {
  const { status_id: statusId } = read(input, { status_id: id })
  if (statusId === undefined) throw recordNotFound()
  return present(await addFilterStatus(ctx, viewer, params['filter_id'] ?? '', statusId))
}

export async function showFilterStatus(ctx: Context, { viewer, params }: Call<Actor>) {
  const isIt = (status: FilterStatus) => status.id === params['id']
  const filter = await findOwn(ctx, viewer, ({ statuses }) => statuses.some(isIt))
  return present(filter.statuses.find(isIt)!)
}

/** Answers with what was there. https://docs.joinmastodon.org/methods/filters/#statuses-remove */
export async function removeStatus(ctx: Context, call: Call<Actor>) {
  const removed = await showFilterStatus(ctx, call)
  await dropFilterStatus(ctx, call.viewer, removed.id)
  return removed
}

function present({ id: own, statusId }: FilterStatus) {
  return { id: own, status_id: statusId }
}
