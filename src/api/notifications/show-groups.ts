import { z } from 'zod'
import type { Context } from '../../context.ts'
import type { Actor } from '../../store/actors.ts'
import { listNotificationGroups, type NotificationGroup } from '../../store/notification-groups.ts'
import { presentPartialAccount } from '../entities/account.ts'
import { isoDate } from '../entities/date.ts'
import { read, texts } from '../input.ts'
import { page, readRange } from '../paging.ts'
import type { Call } from '../route.ts'
import { readFilter } from './list-notifications.ts'
import { isWhole, loadInvolved, presentCause, type Involved } from './present.ts'

const size = { usual: 40, max: 80 }

type Input = Readonly<Record<string, unknown>>

/** https://docs.joinmastodon.org/methods/grouped_notifications/#get-grouped; `limit` counts groups. */
export async function showGroups(ctx: Context, call: Call<Actor>) {
  const { viewer, input } = call
  const found = await listNotificationGroups(
    ctx.db,
    viewer.id,
    readRange(input, size),
    readGroupFilter(input),
  )
  const cursors = found.map(({ head }) => head.id)
  return page(ctx.config, call, await presentGroups(ctx, viewer, found, input), cursors)
}

export function readGroupFilter(input: Input) {
  return { ...readFilter(input), groupedTypes: read(input, { grouped_types: texts(50, 50) }).grouped_types }
}

/**
 * With `partial_avatars` only who did it last is told in full.
 * https://docs.joinmastodon.org/entities/GroupedNotificationsResults/
 */
export async function presentGroups(
  ctx: Context,
  viewer: Actor,
  groups: readonly NotificationGroup[],
  input: Input,
) {
  const { expand_accounts: expansion } = read(input, {
    expand_accounts: z.enum(['full', 'partial_avatars']).catch('full'),
  })
  const all = new Set(groups.flatMap(({ fromIds }) => fromIds))
  const first = new Set(groups.flatMap(({ fromIds }) => fromIds.slice(0, 1)))
  const isPartial = expansion === 'partial_avatars'
  const heads = groups.map(({ head }) => head)
  const involved = await loadInvolved(ctx, viewer, heads, [...(isPartial ? first : all)], [...all])
  const whole = groups.filter(({ head }) => isWhole(involved, head))
  const named = [...new Set(whole.flatMap(({ fromIds }) => fromIds))]
  const others = named.filter((id) => !first.has(id)).flatMap((id) => involved.actors.get(id) ?? [])
  return {
    accounts: named
      .filter((id) => !isPartial || first.has(id))
      .flatMap((id) => involved.accounts.get(id) ?? []),
    ...(isPartial && { partial_accounts: others.map((actor) => presentPartialAccount(ctx, actor)) }),
    statuses: [...involved.statuses.values()],
    notification_groups: whole.map((group) => presentGroup(involved, group)),
  }
}

/** https://docs.joinmastodon.org/entities/NotificationGroup/; the one id that is a number. */
function presentGroup(involved: Involved, group: NotificationGroup) {
  const { head, key, count, newestId, newestAt, oldestId, fromIds } = group
  return {
    group_key: key ?? `ungrouped-${head.id}`,
    notifications_count: count,
    type: head.type,
    most_recent_notification_id: Number(newestId),
    page_min_id: oldestId,
    page_max_id: newestId,
    latest_page_notification_at: isoDate(newestAt),
    sample_account_ids: fromIds.filter((id) => involved.actors.has(id)),
    ...(head.statusId !== null && { status_id: head.statusId }),
    ...presentCause(involved, head),
  }
}
