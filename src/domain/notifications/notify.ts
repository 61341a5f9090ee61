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
import { enqueueAll } from '../../store/jobs.ts'
import { keepNotifications, type Push, type Tidings } from '../../store/notifications-keep.ts'
import { keepSeverance, type Severance } from '../../store/severances.ts'
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
  | 'severed_relationships'
  | 'admin.sign_up'
  | 'admin.report'
  | 'pleroma:emoji_reaction'

type Tx = Pick<TxContext, 'db' | 'now' | 'jobs'>

async function keep(tx: Tx, tidings: Tidings): Promise<void> {
  await push(tx, await keepNotifications(tx.db, tidings, tx.now()))
}

async function push(tx: Tx, pushes: readonly Push[]): Promise<void> {
  await enqueueAll(
    tx,
    'push.due',
    pushes.map((one) => ({ ...one, attempt: 0 })),
  )
}

/**
 * Tells a member of what somebody did, unless they do not want to hear of it: what that means is said at
 * `keepNotifications`. `accountId` may be of somebody elsewhere, who is told by other means. Saying it again changes
 * nothing.
 */
export async function notify(tx: Tx, told: Told & { readonly type: NotificationType }): Promise<void> {
  await keep(tx, oneTiding(told))
}

/** Statuses are here that were not before: for those who are named or quoted, or asked to be told of the author. */
export async function notifyOfStatuses(tx: Tx, statusIds: readonly string[]): Promise<void> {
  if (statusIds.length > 0) await keep(tx, tidingsOfStatuses(statusIds))
}

/** Somebody says something otherwise than when others boosted or quoted it. Whoever is named only since is told, too. */
export async function notifyOfEdit(tx: Tx, before: Pick<Status, 'id' | 'mentions'>): Promise<void> {
  const { id: statusId, mentions } = before
  const named = mentions.flatMap(({ actorId }) => actorId ?? [])
  await deleteTidingsOfEdit(tx.db, statusId)
  await keep(tx, tidingsOfEdit(statusId))
  await keep(tx, tidingsOfNaming(statusId, named))
}

/** A poll is over: for whoever asked and voted here. */
export async function notifyOfResult(tx: Tx, statusId: string): Promise<void> {
  await keep(tx, tidingsOfPoll(statusId))
}

/** For those who moderate: somebody signed up. */
export async function notifyOfSignUp(tx: Tx, accountId: string): Promise<void> {
  await keep(tx, tidingsForStaff('admin.sign_up', accountId, null))
}

/** For those who moderate: somebody complains. */
export async function notifyOfReport(tx: Tx, reporterId: string, reportId: string): Promise<void> {
  await keep(tx, tidingsForStaff('admin.report', reporterId, reportId))
}

/** Follows of a member ended together; nobody is told of none. */
export async function notifyOfSeverance(
  tx: Tx & Pick<TxContext, 'newId'>,
  ended: Omit<Severance, 'id' | 'createdAt'>,
): Promise<void> {
  if (ended.followersCount + ended.followingCount === 0) return
  await push(tx, await keepSeverance(tx.db, { id: tx.newId(), ...ended, createdAt: tx.now() }))
}
