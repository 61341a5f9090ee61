import type { Context } from '../../context.ts'
import type { Actor } from '../../store/actors.ts'
import { listNotifications, type Notification } from '../../store/notifications.ts'
import { isoDate } from '../entities/date.ts'
import { read, texts } from '../input.ts'
import { page, readRange } from '../paging.ts'
import type { Call } from '../route.ts'
import { readFilter } from './list-notifications.ts'
import { groupKeyOf, loadInvolved } from './present.ts'

const size = { usual: 40, max: 80 }

/** How many of those in a group are named. */
const sampleSize = 8

/**
 * What belongs together on a page is one group; what comes on the next page is another part of it.
 * https://docs.joinmastodon.org/methods/grouped_notifications/#get-grouped
 */
export async function showGroups(ctx: Context, call: Call<Actor>) {
  const { viewer, input } = call
  const found = await listNotifications(ctx.db, viewer.id, readRange(input, size), readFilter(input))
  const { accounts, statuses } = await loadInvolved(ctx, viewer, found)
  const shown = found.filter(
    ({ fromId, statusId }) => accounts.has(fromId) && (statusId === null || statuses.has(statusId)),
  )
  const body = {
    accounts: [...accounts.values()],
    statuses: [...statuses.values()],
    notification_groups: [...group(shown, read(input, { grouped_types: texts(50, 50) }).grouped_types)],
  }
  const cursors = found.map((notification) => notification.id)
  return page(ctx.config, call, body, cursors)
}

function group(notifications: readonly Notification[], groupedTypes: readonly string[]) {
  const mayGroup = (type: string) => groupedTypes.length === 0 || groupedTypes.includes(type)
  const keyed = Map.groupBy(notifications, (one) =>
    mayGroup(one.type) ? groupKeyOf(one) : `ungrouped-${one.id}`,
  )
  return [...keyed].map(([key, members]) => presentGroup(key, members))
}

/** https://docs.joinmastodon.org/entities/NotificationGroup/; the one id that is a number. */
function presentGroup(key: string, members: readonly Notification[]) {
  const [newest, oldest] = [members.at(0)!, members.at(-1)!]
  return {
    group_key: key,
    notifications_count: members.length,
    type: newest.type,
    most_recent_notification_id: Number(newest.id),
    page_min_id: oldest.id,
    page_max_id: newest.id,
    latest_page_notification_at: isoDate(newest.createdAt),
    sample_account_ids: [...new Set(members.map(({ fromId }) => fromId))].slice(0, sampleSize),
    ...(newest.statusId !== null && { status_id: newest.statusId }),
  }
}
