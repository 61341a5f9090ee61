import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import { dayMs } from '../../lib/time.ts'
import { findApplicant, listUnconfirmed, lockUser, updateUser, type Applicant } from '../../store/users.ts'
import { deleteNewcomer } from '../../store/departures.ts'
import { recordAct } from '../audit/record-act.ts'
import { sendMail } from '../mail/send-mail.ts'

/**
 * Somebody who asked is let in, and told.
 * @throws DomainError `not_found` when nobody of that name waits
 */
export async function approveApplicant(ctx: Context, username: string): Promise<Applicant> {
  const applicant = await getApplicant(ctx, username)
  await transact(ctx, async (tx) => {
    const user = await lockUser(tx.db, applicant.accountId)
    if (user === undefined || user.approvedAt !== null) return
    await updateUser(tx.db, user.accountId, { approvedAt: tx.now() })
    await recordAct(tx, user.accountId, 'application.approved')
    await sendMail(tx, 'approved', user.email, {
      subject: `Welcome to ${tx.config.handleDomain}`,
      paragraphs: [
        `Hello @${applicant.username},`,
        'your account is ready: sign in, with any app or in your browser.',
      ],
      action: { label: 'Sign in', url: `${tx.config.origin}/auth/sign_in` },
      after:
        user.confirmedAt === null
          ? ['Open the link first by which you confirm your e-mail address.']
          : undefined,
    })
  })
  return applicant
}

/**
 * Somebody who asked is not let in, and told; nothing of the application remains.
 * @throws DomainError `not_found` when nobody of that name waits
 */
export async function rejectApplicant(ctx: Context, username: string): Promise<Applicant> {
  const applicant = await getApplicant(ctx, username)
  await transact(ctx, async (tx) => {
    const user = await lockUser(tx.db, applicant.accountId)
    if (user === undefined || user.approvedAt !== null) throw nobody(username)
    await sendMail(tx, 'rejected', user.email, {
      subject: `Your account on ${tx.config.handleDomain}`,
      paragraphs: [
        `Hello @${applicant.username},`,
        'those who run this place decided not to open an account for you. What you sent them was deleted.',
      ],
    })
    await deleteNewcomer(tx.db, user.accountId)
  })
  return applicant
}

const perRound = 100

/** Who did not confirm an address within 7 days is forgotten, and the name is free again. */
export async function forgetUnconfirmed(ctx: Context): Promise<void> {
  const before = new Date(ctx.now().getTime() - 7 * dayMs)
  for (const accountId of await listUnconfirmed(ctx.db, before, perRound)) {
    await transact(ctx, async (tx) => {
      const user = await lockUser(tx.db, accountId)
      if (user?.confirmedAt === null) await deleteNewcomer(tx.db, accountId)
    })
  }
}

async function getApplicant(ctx: Context, username: string): Promise<Applicant> {
  const applicant = await findApplicant(ctx.db, username)
  if (applicant === undefined) throw nobody(username)
  return applicant
}

function nobody(username: string): DomainError {
  return new DomainError('not_found', `Nobody of the name ${username} waits to be let in.`)
}
