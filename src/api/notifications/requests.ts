import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { viewStatuses } from '../../domain/statuses/view.ts'
import { listActors, type Actor } from '../../store/actors.ts'
import {
  acceptNotificationRequests,
  dismissNotificationRequests,
  findNotificationRequests,
  listNotificationRequests,
  listSetAside,
  type NotificationRequest,
} from '../../store/notification-requests.ts'
import { listVisibleIds } from '../../store/threads.ts'
import { inGivenOrder } from '../../store/timelines.ts'
import { isoDate } from '../entities/date.ts'
import { presentWithAccounts } from '../entities/status.ts'
import { recordNotFound } from '../errors.ts'
import { ids, read } from '../input.ts'
import { page, readRange } from '../paging.ts'
import type { Call } from '../route.ts'

/** https://docs.joinmastodon.org/methods/notifications/#get-requests */
export async function showRequests(ctx: Context, call: Call<Actor>) {
  const range = readRange(call.input, { usual: 40, max: 80 })
  const found = await listNotificationRequests(ctx.db, call.viewer.id, range)
  const cursors = found.map(({ id }) => id)
  return page(ctx.config, call, await present(ctx, call.viewer, found), cursors)
}

export async function showRequest(ctx: Context, call: Call<Actor>) {
  const [request] = await present(ctx, call.viewer, await named(ctx, call))
  if (request === undefined) throw recordNotFound()
  return request
}

/** One by its path, or many by `id[]`. https://docs.joinmastodon.org/methods/notifications/#accept-request */
export async function acceptRequests(ctx: Context, call: Call<Actor>) {
  const senders = (await named(ctx, call)).map(({ fromId }) => fromId)
  await transact(ctx, (tx) => acceptNotificationRequests(tx.db, call.viewer.id, senders))
  return {}
}

/** https://docs.joinmastodon.org/methods/notifications/#dismiss-request */
export async function dismissRequests(ctx: Context, call: Call<Actor>) {
  const senders = (await named(ctx, call)).map(({ fromId }) => fromId)
  await transact(ctx, (tx) => dismissNotificationRequests(tx.db, call.viewer.id, senders))
  return {}
}

/** What is accepted is shown at once. */
export async function showMerged() {
  return Promise.resolve({ merged: true })
}

async function named({ db }: Context, { params, input, viewer }: Call<Actor>) {
  const one = params['id']
  const wanted = one === undefined ? read(input, { id: ids }).id : [one]
  const found = await findNotificationRequests(db, viewer.id, wanted)
  if (one !== undefined && found.length === 0) throw recordNotFound()
  return found
}

/** https://docs.joinmastodon.org/entities/NotificationRequest/; Ice Cubes reads the count as text. */
async function present(ctx: Context, viewer: Actor, requests: readonly NotificationRequest[]) {
  const senders = requests.map(({ fromId }) => fromId)
  const sent = await listSetAside(ctx.db, viewer.id, senders)
  const wanted = [...sent.values()].flatMap(({ lastStatusId }) => lastStatusId ?? [])
  const visible = await listVisibleIds(ctx.db, wanted, viewer.id, Math.max(wanted.length, 1))
  const [views, actors] = await Promise.all([
    viewStatuses(ctx, await inGivenOrder(ctx.db, visible)),
    listActors(ctx.db, senders),
  ])
  const { statuses, accounts } = await presentWithAccounts(ctx, viewer, views, actors)
  return requests.flatMap(({ id, fromId, createdAt, updatedAt }) => {
    const account = accounts.get(fromId)
    if (account === undefined) return []
    const last = statuses.find((status) => status.id === sent.get(fromId)?.lastStatusId)
    const notifications_count = String(sent.get(fromId)?.count ?? 0)
    const dates = { created_at: isoDate(createdAt), updated_at: isoDate(updatedAt) }
    return { id, ...dates, account, notifications_count, ...(last && { last_status: last }) }
  })
}
