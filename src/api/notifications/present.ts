import type { Context } from '../../context.ts'
import { viewStatuses } from '../../domain/statuses/view.ts'
import { listActors, type Actor } from '../../store/actors.ts'
import type { Notification } from '../../store/notifications.ts'
import { listReports } from '../../store/reports.ts'
import { listSeverances } from '../../store/severances.ts'
import { listVisibleIds } from '../../store/threads.ts'
import { inGivenOrder } from '../../store/timelines.ts'
import type { AccountJson } from '../entities/account.ts'
import { isoDate } from '../entities/date.ts'
import { presentReports, type ReportJson } from '../entities/report.ts'
import { presentSeverance, type SeveranceJson } from '../entities/severance.ts'
import { presentWithAccounts, type StatusJson } from '../entities/status.ts'

/** Whoever did something, and what they did it to, as far as the member may still see that. */
export type Involved = {
  /** Of those who are shown in full, and of the authors of the statuses. */
  readonly accounts: ReadonlyMap<string, AccountJson>
  readonly actors: ReadonlyMap<string, Actor>
  readonly statuses: ReadonlyMap<string, StatusJson>
  readonly reports: ReadonlyMap<string, ReportJson>
  readonly severances: ReadonlyMap<string, SeveranceJson>
}

/**
 * With the same few queries for any number of notifications.
 * @param fullIds who is shown with all that is counted of them
 * @param partialIds who else is shown
 */
export async function loadInvolved(
  ctx: Context,
  viewer: Actor,
  notifications: readonly Notification[],
  fullIds: readonly string[],
  partialIds: readonly string[] = [],
): Promise<Involved> {
  const [found, reports, severances, views] = await Promise.all([
    listActors(ctx.db, [...new Set([...fullIds, ...partialIds])]),
    loadReports(ctx, notifications),
    loadSeverances(ctx, notifications),
    viewVisible(ctx, viewer, notifications),
  ])
  const actors = byId(found)
  const inFull = [...new Set(fullIds)].flatMap((id) => actors.get(id) ?? [])
  const { accounts, statuses } = await presentWithAccounts(ctx, viewer, views, inFull)
  return { accounts, actors, statuses: byId(statuses), reports: byId(reports), severances: byId(severances) }
}

async function viewVisible(ctx: Context, viewer: Actor, notifications: readonly Notification[]) {
  const wanted = [...new Set(notifications.flatMap(({ statusId }) => statusId ?? []))]
  const visible = await listVisibleIds(ctx.db, wanted, viewer.id, Math.max(wanted.length, 1))
  return viewStatuses(ctx, await inGivenOrder(ctx.db, visible))
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

function groupKeyOf({ id, groupKey }: Notification): string {
  return groupKey === 'ungrouped' ? `ungrouped-${id}` : groupKey
}

/** Whether all of its parts are there still. */
export function isWhole(
  { actors, statuses, reports }: Involved,
  { fromId, statusId, reportId }: Notification,
): boolean {
  return (
    actors.has(fromId) &&
    (statusId === null || statuses.has(statusId)) &&
    (reportId === null || reports.has(reportId))
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
  const senders = notifications.map(({ fromId }) => fromId)
  const involved = await loadInvolved(ctx, viewer, notifications, senders)
  return notifications
    .filter((notification) => isWhole(involved, notification))
    .map((notification) => {
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
