import type { Context } from '../../context.ts'
import { listActors, type Actor } from '../../store/actors.ts'
import type { Notification } from '../../store/notifications.ts'
import { listVisibleIds } from '../../store/threads.ts'
import { inGivenOrder } from '../../store/timelines.ts'
import { presentAccountsById, type AccountJson } from '../entities/account.ts'
import { isoDate } from '../entities/date.ts'
import { loadAndPresentStatuses, type StatusJson } from '../entities/status.ts'

/** Whoever did something, and what they did it to, as far as the member may still see that. */
export type Involved = {
  readonly accounts: ReadonlyMap<string, AccountJson>
  readonly statuses: ReadonlyMap<string, StatusJson>
}

/** With the same few queries for any number of notifications. */
export async function loadInvolved(
  ctx: Context,
  viewer: Actor,
  notifications: readonly Notification[],
): Promise<Involved> {
  const actorIds = [...new Set(notifications.map(({ fromId }) => fromId))]
  const wanted = [...new Set(notifications.flatMap(({ statusId }) => statusId ?? []))]
  const visible = await listVisibleIds(ctx.db, wanted, viewer.id, Math.max(wanted.length, 1))
  const [accounts, statuses] = await Promise.all([
    presentAccountsById(ctx, await listActors(ctx.db, actorIds)),
    loadAndPresentStatuses(ctx, viewer, await inGivenOrder(ctx.db, visible)),
  ])
  return { accounts, statuses: new Map(statuses.map((status) => [status.id, status])) }
}

export function groupKeyOf({ id, groupKey }: Notification): string {
  return groupKey === 'ungrouped' ? `ungrouped-${id}` : groupKey
}

/** https://docs.joinmastodon.org/entities/Notification/ */
export async function presentNotifications(
  ctx: Context,
  viewer: Actor,
  notifications: readonly Notification[],
) {
  const { accounts, statuses } = await loadInvolved(ctx, viewer, notifications)
  return notifications.flatMap((notification) => {
    const { id, type, fromId, statusId, filtered, createdAt } = notification
    const account = accounts.get(fromId)
    const status = statusId === null ? undefined : statuses.get(statusId)
    if (account === undefined || (statusId !== null && status === undefined)) return []
    return {
      ...{ id, type, account, group_key: groupKeyOf(notification), created_at: isoDate(createdAt) },
      ...(status && { status }),
      ...(filtered && { filtered }),
    }
  })
}
