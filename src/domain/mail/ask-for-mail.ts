import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { readEmailAddress } from '../../lib/email-address.ts'
import { enqueue, type Jobs } from '../../store/jobs.ts'
import { resendConfirmation } from '../accounts/confirm-email.ts'
import { sendResetLink } from '../auth/reset-password.ts'

const purpose = 'asked-address'

/**
 * Somebody who is not signed in asks for a mail to an address. Whether anybody here has it is looked up later: what is
 * done meanwhile is the same, and takes as long, so nobody learns from it who lives here.
 */
export async function askForMail(
  ctx: Context,
  what: Jobs['mail.asked']['what'],
  given: string,
): Promise<void> {
  const email = readEmailAddress(given)
  if (email === undefined) return
  const sealed = ctx.keyring.wrap(purpose, Buffer.from(email)).toString('base64')
  await transact(ctx, (tx) => enqueue(tx, 'mail.asked', { what, sealed }))
}

/** Sends it, if the address is somebody's. */
export async function answerAsked(ctx: Context, { what, sealed }: Jobs['mail.asked']): Promise<void> {
  const email = ctx.keyring.unwrap(purpose, Buffer.from(sealed, 'base64')).toString()
  await (what === 'reset' ? sendResetLink(ctx, email) : resendConfirmation(ctx, email))
}
