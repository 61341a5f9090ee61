import type { Context, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { hasCode } from '../../lib/error-code.ts'
import { readEmailAddress } from '../../lib/email-address.ts'
import { DomainError } from '../../lib/errors.ts'
import { findActor, type Actor } from '../../store/actors.ts'
import { findUser, findUserByEmail, lockUser, updateUser, type User } from '../../store/users.ts'
import { recordAct } from '../audit/record-act.ts'
import { issueEmailToken, redeemEmailToken } from '../auth/email-tokens.ts'
import { noticeMember } from '../mail/notice-member.ts'
import { sendMail } from '../mail/send-mail.ts'
import { notifyOfSignUp } from '../notifications/notify.ts'
import { handleOf } from './addresses.ts'

/**
 * Sends a mail whose link proves that the address is the member's.
 * @returns whether it was: not when the account or the address was sent several of them within the hour
 */
export async function askToConfirm(tx: TxContext, account: Actor, email: string): Promise<boolean> {
  const token = await issueEmailToken(tx, account.id, 'confirm', email)
  if (token === undefined) return false
  const { origin } = tx.config
  const handle = handleOf(tx.config, account)
  await sendMail(tx, 'confirm', email, {
    subject: 'Confirm your e-mail address',
    paragraphs: [
      `Hello @${handle},`,
      'this address was given for that account. If it was you, confirm that it is yours.',
    ],
    action: {
      label: 'Confirm this address',
      url: `${origin}/auth/confirmation?confirmation_token=${token}`,
    },
    after: ['The link holds for 7 days. If it was not you, there is nothing to do.'],
  })
  return true
}

/** What follows from a link that was opened. */
export type Confirmed = 'ready' | 'waiting' | 'changed'

/**
 * The address is the member's: they may come in, unless they have yet to be let in; or it takes the place of the former.
 * @throws DomainError `invalid` for a link that does not hold, `conflict` when the address is somebody else's by then
 */
export async function confirmEmail(ctx: Context, token: string): Promise<Confirmed> {
  return transact(ctx, async (tx) => {
    const proof = await redeemEmailToken(tx, token, 'confirm')
    const user = proof && (await lockUser(tx.db, proof.accountId))
    if (proof === undefined || user === undefined || user.leavingSince !== null) throw outdated()
    return user.confirmedAt === null
      ? confirmFirst(tx, user, proof.email)
      : changeAddress(tx, user, proof.email)
  })
}

async function confirmFirst(tx: TxContext, user: User, email: string): Promise<Confirmed> {
  await saveAddress(tx, user, { email, confirmedAt: tx.now() })
  await recordAct(tx, user.accountId, 'email.confirmed')
  await notifyOfSignUp(tx, user.accountId)
  return user.approvedAt === null ? 'waiting' : 'ready'
}

async function changeAddress(tx: TxContext, user: User, email: string): Promise<Confirmed> {
  if (user.email === email) return 'changed'
  await noticeMember(tx, user.accountId, 'email.changed', user.email)
  await saveAddress(tx, user, { email })
  await recordAct(tx, user.accountId, 'email.changed')
  return 'changed'
}

async function saveAddress(
  tx: TxContext,
  { accountId }: User,
  changes: { email: string; confirmedAt?: Date },
): Promise<void> {
  await updateUser(tx.db, accountId, changes).catch((error: unknown) => {
    throw hasCode(error, '23505') ? addressTaken() : error
  })
}

/** Sends the mail once more to whoever has not confirmed the address yet. */
export async function resendConfirmation(ctx: Context, email: string): Promise<void> {
  await transact(ctx, async (tx) => {
    const user = await findUserByEmail(tx.db, email)
    if (user === undefined || user.confirmedAt !== null) return
    const account = await findActor(tx.db, user.accountId)
    if (account !== undefined) await askToConfirm(tx, account, user.email)
  })
}

/**
 * The same for the app in which somebody signed up, with another address if they mistyped it.
 * @throws DomainError `forbidden` when it is confirmed already, `invalid`, `conflict`, `limited`
 */
export async function resendOwnConfirmation(
  ctx: Context,
  account: Actor,
  given: string | undefined,
): Promise<void> {
  await transact(ctx, async (tx) => {
    const user = await lockUser(tx.db, account.id)
    if (user === undefined || user.confirmedAt !== null)
      throw new DomainError(
        'forbidden',
        'This method is only available while the e-mail is awaiting confirmation',
      )
    const email = given === undefined ? user.email : readEmailAddress(given)
    if (email === undefined) throw new DomainError('invalid', 'Validation failed: Email is invalid')
    if (email !== user.email) await saveAddress(tx, user, { email })
    if (!(await askToConfirm(tx, account, email))) throw tooMany()
  })
}

/**
 * A member asks for mail to go elsewhere: it does once the new address is confirmed. The one that holds until then is
 * told.
 * @throws DomainError `invalid`, `conflict`, `limited`
 */
export async function askToChangeEmail(
  ctx: Context,
  account: Actor,
  given: string,
  ip?: string,
): Promise<void> {
  const email = readEmailAddress(given)
  if (email === undefined) throw new DomainError('invalid', 'That is not an e-mail address.')
  await transact(ctx, async (tx) => {
    const user = await findUser(tx.db, account.id)
    if (user?.email === email) throw new DomainError('conflict', 'That is your address already.')
    if ((await findUserByEmail(tx.db, email)) !== undefined) throw addressTaken()
    if (!(await askToConfirm(tx, account, email))) throw tooMany()
    await recordAct(tx, account.id, 'email.asked', { ip })
    await noticeMember(tx, account.id, 'email.asked')
  })
}

function outdated(): DomainError {
  return new DomainError('invalid', 'This link does not hold any more: have another one sent.')
}

function addressTaken(): DomainError {
  return new DomainError('conflict', 'That e-mail address is in use already.')
}

function tooMany(): DomainError {
  return new DomainError(
    'limited',
    'Several mails were sent within the hour: look there first, then try again.',
  )
}
