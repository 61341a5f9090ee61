import type { Context } from '../../context.ts'
import { listActors, type Actor } from '../../store/actors.ts'
import type { Notification } from '../../store/notifications.ts'
import { listReports } from '../../store/reports.ts'
import { listSeverances } from '../../store/severances.ts'
import { listVisibleIds } from '../../store/threads.ts'
import { inGivenOrder } from '../../store/timelines.ts'
import { presentAccountsById, type AccountJson } from '../entities/account.ts'
import { isoDate } from '../entities/date.ts'
import { presentReports, type ReportJson } from '../entities/report.ts'
import { presentSeverance, type SeveranceJson } from '../entities/severance.ts'
import { loadAndPresentStatuses, type StatusJson } from '../entities/status.ts'

/** Whoever did something, and what they did it to, as far as the member may still see that. */
export type Involved = {
  readonly accounts: ReadonlyMap<string, AccountJson>
  readonly statuses: ReadonlyMap<string, StatusJson>
  readonly reports: ReadonlyMap<string, ReportJson>
  readonly severances: ReadonlyMap<string, SeveranceJson>
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
  const [accounts, statuses, reports, severances] = await Promise.all([
    presentAccountsById(ctx, await listActors(ctx.db, actorIds)),
    loadAndPresentStatuses(ctx, viewer, await inGivenOrder(ctx.db, visible)),
    loadReports(ctx, notifications),
    loadSeverances(ctx, notifications),
  ])
  return { accounts, statuses: byId(statuses), reports: byId(reports), severances: byId(severances) }
}

async function loadReports(ctx: Context, notifications: readonly Notification[]): Promise<ReportJson[]> {
  const ids = notifications.flatMap(({ reportId }) => reportId ?? [])
  return ids.length === 0 ? [] : presentReports(ctx, await listReports(ctx.db, ids))
}

async function loadSeverances({ db }: Context, notifications: readonly Notification[]) {
  const ids = notifications.flatMap(({ severanceId }) => severanceId ?? [])
  return (await listSeverances(db, ids)).map(presentSeverance)
}

function byId<Item extends { readonly id: string }>(items: readonly Item[]): ReadonlyMap<string, Item> {
  return new Map(items.map((item) => [item.id, item]))
}

export function groupKeyOf({ id, groupKey }: Notification): string {
  return groupKey === 'ungrouped' ? `ungrouped-${id}` : groupKey
}

/** Those whose parts are all there still. */
export function onlyWhole(involved: Involved, notifications: readonly Notification[]): Notification[] {
  const { accounts, statuses, reports } = involved
  return notifications.filter(
    ({ fromId, statusId, reportId }) =>
      accounts.has(fromId) &&
      (statusId === null || statuses.has(statusId)) &&
      (reportId === null || reports.has(reportId)),
  )
}

/** What only some types bring. */
export function presentCause({ reports, severances }: Involved, { reportId, severanceId }: Notification) {
  const report = reports.get(reportId ?? '')
  const event = severances.get(severanceId ?? '')
  return { ...(report && { report }), ...(event && { event }) }
}

/** https://docs.joinmastodon.org/entities/Notification/ */
export async function presentNotifications(
  ctx: Context,
  viewer: Actor,
  notifications: readonly Notification[],
) {
  const involved = await loadInvolved(ctx, viewer, notifications)
  return onlyWhole(involved, notifications).map((notification) => {
    const { id, type, fromId, statusId, filtered, createdAt } = notification
    const account = involved.accounts.get(fromId)!
    const status = involved.statuses.get(statusId ?? '')
    return {
      ...{ id, type, account, group_key: groupKeyOf(notification), created_at: isoDate(createdAt) },
      ...(status && { status }),
      ...presentCause(involved, notification),
      ...(filtered && { filtered }),
    }
  })
}
