import type { Context } from '../../context.ts'
import type { Actor } from '../../store/actors.ts'
import {
  countUnread,
  deleteNotifications,
  findNotification,
  listNotifications,
  type NotificationFilter,
} from '../../store/notifications.ts'
import { recordNotFound } from '../errors.ts'
import { flag, id, limit, read, texts } from '../input.ts'
import { page, readRange } from '../paging.ts'
import type { Call } from '../route.ts'
import { presentNotifications } from './present.ts'

const size = { usual: 40, max: 80 }

export function readFilter(input: Readonly<Record<string, unknown>>): NotificationFilter {
  const kinds = texts(50, 50)
  const given = read(input, { types: kinds, exclude_types: kinds, account_id: id, include_filtered: flag })
  const { types, exclude_types: excludeTypes, account_id: fromId, include_filtered: withFiltered } = given
  return { types, excludeTypes, fromId, withFiltered }
}

/** https://docs.joinmastodon.org/methods/notifications/#get */
export async function showNotifications(ctx: Context, call: Call<Actor>) {
  const { viewer, input } = call
  const found = await listNotifications(ctx.db, viewer.id, readRange(input, size), readFilter(input))
  const cursors = found.map((notification) => notification.id)
  return page(ctx.config, call, await presentNotifications(ctx, viewer, found), cursors)
}

/** https://docs.joinmastodon.org/methods/notifications/#get-one */
export async function showNotification(ctx: Context, { viewer, params }: Call<Actor>) {
  const found = await findNotification(ctx.db, viewer.id, params['id'] ?? '')
  const [notification] = found === undefined ? [] : await presentNotifications(ctx, viewer, [found])
  if (notification === undefined) throw recordNotFound()
  return notification
}

/** https://docs.joinmastodon.org/methods/notifications/#clear */
export async function clearNotifications(ctx: Context, { viewer }: Call<Actor>) {
  await deleteNotifications(ctx.db, viewer.id)
  return {}
}

/** https://docs.joinmastodon.org/methods/notifications/#dismiss */
export async function dismissNotification(ctx: Context, { viewer, params, input }: Call<Actor>) {
  const named = params['id'] ?? read(input, { id }).id
  const found = named === undefined ? undefined : await findNotification(ctx.db, viewer.id, named)
  if (found === undefined) throw recordNotFound()
  await deleteNotifications(ctx.db, viewer.id, found.id)
  return {}
}

/** https://docs.joinmastodon.org/methods/notifications/#unread-count */
export async function countNotifications(ctx: Context, { viewer, input }: Call<Actor>) {
  const most = read(input, { limit: limit(100, 1000) }).limit
  return { count: await countUnread(ctx.db, viewer.id, readFilter(input), most) }
}
