import type { Context } from '../../context.ts'
import { DomainError } from '../../lib/errors.ts'
import { findUser } from '../../store/users.ts'
import { layOut } from '../mail/lay-out.ts'
import type { KitCopy } from './destinations.ts'

/** What mail servers commonly take, with room for the third that it grows by on the way. */
export const mailedKitBytes = 10 * 1024 * 1024

/**
 * A copy as a mail to the member's own address: to none that was not confirmed.
 * @throws DomainError
 */
export async function sendByMail(ctx: Context, { accountId, fileName, path, size }: KitCopy): Promise<void> {
  if (size > mailedKitBytes)
    throw new DomainError('invalid', 'The kit is larger than the 10 MiB that are sent by mail.')
  const user = await findUser(ctx.db, accountId)
  if (user?.confirmedAt == null)
    throw new DomainError('invalid', 'There is no confirmed e-mail address to send it to.')
  const mail = layOut(ctx.config, user.email, {
    subject: 'A copy of your recovery kit',
    paragraphs: [
      'Attached is the latest copy of your recovery kit. Keep it where you find it again without this place; older copies are of no more use.',
      'Without its passphrase it tells nothing. With it, any Holdfast instance brings your account back when this place is gone.',
    ],
  })
  try {
    await ctx.mailer.send({ ...mail, attachment: { name: fileName, path } })
  } catch (cause) {
    throw new DomainError('unavailable', 'The mail server did not take it.', { cause })
  }
}
