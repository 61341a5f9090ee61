import { z } from 'zod'
import type { Context } from '../../context.ts'
import type { Actor } from '../../store/actors.ts'
import { listNotifications, type Notification } from '../../store/notifications.ts'
import type { AccountJson } from '../entities/account.ts'
import { isoDate } from '../entities/date.ts'
import { read, texts } from '../input.ts'
import { page, readRange } from '../paging.ts'
import type { Call } from '../route.ts'
import { readFilter } from './list-notifications.ts'
import { groupKeyOf, loadInvolved, onlyWhole, presentCause, type Involved } from './present.ts'

const size = { usual: 40, max: 80 }

/** How many of those in a group are named. */
const sampleSize = 8

type Input = Readonly<Record<string, unknown>>

/**
 * What belongs together on a page is one group; what comes on the next page is another part of it.
 * https://docs.joinmastodon.org/methods/grouped_notifications/#get-grouped
 */
export async function showGroups(ctx: Context, call: Call<Actor>) {
  const { viewer, input } = call
  const found = await listNotifications(ctx.db, viewer.id, readRange(input, size), readFilter(input))
  const cursors = found.map((notification) => notification.id)
  return page(ctx.config, call, await presentGroups(ctx, viewer, found, input), cursors)
}

/** https://docs.joinmastodon.org/entities/GroupedNotificationsResults/ */
export async function presentGroups(
  ctx: Context,
  viewer: Actor,
  notifications: readonly Notification[],
  input: Input,
) {
  const involved = await loadInvolved(ctx, viewer, notifications)
  const shown = onlyWhole(involved, notifications)
  const groups = [...gather(shown, readGroupedTypes(input))].map(([key, members]) =>
    presentGroup(involved, key, members),
  )
  return {
    ...presentSamples(
      involved,
      groups.map((group) => group.sample_account_ids),
      input,
    ),
    statuses: [...involved.statuses.values()],
    notification_groups: groups,
  }
}

/** Empty for all that are grouped. */
export function readGroupedTypes(input: Input): readonly string[] {
  return read(input, { grouped_types: texts(50, 50) }).grouped_types
}

/** By the keys of their groups, in the order of the newest of each. */
export function gather(notifications: readonly Notification[], groupedTypes: readonly string[]) {
  const mayGroup = (type: string) => groupedTypes.length === 0 || groupedTypes.includes(type)
  return Map.groupBy(notifications, (one) => (mayGroup(one.type) ? groupKeyOf(one) : `ungrouped-${one.id}`))
}

/** With `partial_avatars` only the first of each group is told in full. */
function presentSamples({ accounts }: Involved, samples: readonly (readonly string[])[], input: Input) {
  const { expand_accounts: expansion } = read(input, {
    expand_accounts: z.enum(['full', 'partial_avatars']).catch('full'),
  })
  const named = [...new Set(samples.flat())].flatMap((id) => accounts.get(id) ?? [])
  if (expansion === 'full') return { accounts: named }
  const first = new Set(samples.map(([id]) => id))
  return {
    accounts: named.filter(({ id }) => first.has(id)),
    partial_accounts: named.filter(({ id }) => !first.has(id)).map(presentPartly),
  }
}

/** https://docs.joinmastodon.org/entities/PartialAccountWithAvatar/ */
function presentPartly({ id, acct, url, avatar, avatar_static, locked, bot }: AccountJson) {
  return { id, acct, url, avatar, avatar_static, locked, bot }
}

/** https://docs.joinmastodon.org/entities/NotificationGroup/; the one id that is a number. */
function presentGroup(involved: Involved, key: string, members: readonly Notification[]) {
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
    ...presentCause(involved, newest),
  }
}
