import type { TxContext } from '../../context.ts'
import {
  deleteTidingsOfEdit,
  oneTiding,
  tidingsForStaff,
  tidingsOfEdit,
  tidingsOfNaming,
  tidingsOfPoll,
  tidingsOfStatuses,
  type Told,
} from '../../store/notification-sources.ts'
import { keepNotifications } from '../../store/notifications-keep.ts'
import type { Status } from '../../store/statuses.ts'

/** https://docs.joinmastodon.org/entities/Notification/#type, and Pleroma's for reactions. */
export type NotificationType =
  | 'mention'
  | 'status'
  | 'reblog'
  | 'follow'
  | 'follow_request'
  | 'favourite'
  | 'poll'
  | 'update'
  | 'quote'
  | 'quoted_update'
  | 'admin.sign_up'
  | 'admin.report'
  | 'pleroma:emoji_reaction'

type Tx = Pick<TxContext, 'db' | 'now'>

/**
 * Tells a member of what somebody did, unless they do not want to hear of it: what that means is said at
 * `keepNotifications`. `accountId` may be of somebody elsewhere, who is told by other means. Saying it again changes
 * nothing.
 */
export async function notify(tx: Tx, told: Told & { readonly type: NotificationType }): Promise<void> {
  await keepNotifications(tx.db, oneTiding(told), tx.now())
}

/** Statuses are here that were not before: for those who are named or quoted, or asked to be told of the author. */
export async function notifyOfStatuses(tx: Tx, statusIds: readonly string[]): Promise<void> {
  if (statusIds.length > 0) await keepNotifications(tx.db, tidingsOfStatuses(statusIds), tx.now())
}

/** Somebody says something otherwise than when others boosted or quoted it. Whoever is named only since is told, too. */
export async function notifyOfEdit(tx: Tx, before: Pick<Status, 'id' | 'mentions'>): Promise<void> {
  const { id: statusId, mentions } = before
  const named = mentions.flatMap(({ actorId }) => actorId ?? [])
  await deleteTidingsOfEdit(tx.db, statusId)
  await keepNotifications(tx.db, tidingsOfEdit(statusId), tx.now())
  await keepNotifications(tx.db, tidingsOfNaming(statusId, named), tx.now())
}

/** A poll is over: for whoever asked and voted here. */
export async function notifyOfResult(tx: Tx, statusId: string): Promise<void> {
  await keepNotifications(tx.db, tidingsOfPoll(statusId), tx.now())
}

/** For those who moderate: somebody signed up. */
export async function notifyOfSignUp(tx: Tx, accountId: string): Promise<void> {
  await keepNotifications(tx.db, tidingsForStaff('admin.sign_up', accountId, null), tx.now())
}

/** For those who moderate: somebody complains. */
export async function notifyOfReport(tx: Tx, reporterId: string, reportId: string): Promise<void> {
  await keepNotifications(tx.db, tidingsForStaff('admin.report', reporterId, reportId), tx.now())
}
