import type { Context, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import { findActor, setSuspended, type Actor } from '../../store/actors.ts'
import { findStanding } from '../../store/credentials.ts'
import { enqueue } from '../../store/jobs.ts'
import { listLeaving, lockOwners, lockUser, updateUser } from '../../store/users.ts'
import { recordAct } from '../audit/record-act.ts'
import { endAllAccess } from '../auth/end-all-access.ts'
import { isLeaving } from '../auth/standing.ts'
import { noticeMember } from '../mail/notice-member.ts'

const graceMs = 30 * 24 * 3600_000

/** When what cannot be undone begins. */
export function deletionOf(leavingSince: Date): Date {
  return new Date(leavingSince.getTime() + graceMs)
}

export type Leaving = {
  /** Said on purpose: afterwards nobody runs this place. */
  readonly evenLastOwner?: boolean
  readonly ip?: string | undefined
}

/**
 * A member wants the account deleted. It is hidden and signed out everywhere at once, and can be kept after all for 30
 * days. Asking again changes nothing.
 * @throws DomainError `conflict` for the last owner, `forbidden` for an account that is suspended
 */
export async function leave(ctx: Context, account: Actor, options: Leaving = {}): Promise<Date> {
  return transact(ctx, async (tx) => {
    const owners = await lockOwners(tx.db)
    const user = await lockUser(tx.db, account.id)
    const standing = await findStanding(tx.db, account.id)
    if (user === undefined || standing === undefined) throw nobody()
    if (user.leavingSince !== null) return deletionOf(user.leavingSince)
    if (standing.suspendedAt !== null) throw new DomainError('forbidden', 'This account is suspended.')
    if (options.evenLastOwner !== true) requireOtherOwner(owners, account.id)
    const now = tx.now()
    await updateUser(tx.db, account.id, { leavingSince: now })
    await setSuspended(tx.db, account.id, now, now)
    await endAllAccess(tx, account.id)
    await recordAct(tx, account.id, 'deletion.asked', { ip: options.ip })
    await noticeMember(tx, account.id, 'deletion.asked')
    await enqueue(tx, 'actor.updated', { accountId: account.id })
    return deletionOf(now)
  })
}

function requireOtherOwner(owners: readonly string[], accountId: string): void {
  if (!owners.includes(accountId) || owners.length > 1) return
  throw new DomainError(
    'conflict',
    'This is the last account that owns this place: make another owner first, or say that nobody shall run it.',
  )
}

/** The member keeps the account after all. @throws DomainError `not_found` when it is not leaving */
export async function keepAccount(ctx: Context, accountId: string, ip?: string): Promise<void> {
  await transact(ctx, async (tx) => {
    const user = await lockUser(tx.db, accountId)
    const standing = await findStanding(tx.db, accountId)
    if (user === undefined || standing === undefined || !isLeaving(standing) || standing.deletedAt !== null)
      throw nobody()
    await updateUser(tx.db, accountId, { leavingSince: null })
    await setSuspended(tx.db, accountId, null, tx.now())
    await recordAct(tx, accountId, 'deletion.undone', { ip })
    await noticeMember(tx, accountId, 'deletion.undone')
    await enqueue(tx, 'actor.updated', { accountId })
  })
}

/** An operator deletes an account at once. @throws DomainError as `leave` */
export async function leaveAtOnce(ctx: Context, account: Actor, options: Leaving = {}): Promise<void> {
  await transact(ctx, async (tx) => {
    await leave(tx, account, options)
    await enqueue(tx, 'account.closing', { accountId: account.id })
  })
}

const perRound = 100

/** Those whose 30 days are over. */
export async function closeLeftAccounts(ctx: Context): Promise<void> {
  const before = new Date(ctx.now().getTime() - graceMs)
  for (const accountId of await listLeaving(ctx.db, before, perRound)) {
    await transact(ctx, async (tx) => {
      const once = { key: accountId, seconds: 6 * 3600 }
      await enqueue(tx, 'account.closing', { accountId }, { once })
    })
  }
}

/** The account that is to be deleted, unless it was kept or is deleted already; nobody else decides meanwhile. */
export async function lockLeaving(tx: TxContext, accountId: string): Promise<Actor | undefined> {
  const user = await lockUser(tx.db, accountId)
  const account = await findActor(tx.db, accountId)
  return user?.leavingSince == null || account?.deletedAt !== null ? undefined : account
}

function nobody(): DomainError {
  return new DomainError('not_found', 'There is no such account.')
}
