import type { TxContext } from '../../context.ts'
import { findStanding } from '../../store/credentials.ts'
import type { ScheduledStatus } from '../../store/scheduled-statuses.ts'
import { findUser } from '../../store/users.ts'
import { isInGoodStanding } from '../auth/standing.ts'
import { sendMail } from '../mail/send-mail.ts'

/**
 * Tells a member by mail that something was not posted at its time, and why; nothing of what it says. Whoever may not act
 * here knows.
 * @param problem a sentence
 */
export async function tellUnposted(
  tx: TxContext,
  { accountId, scheduledAt }: ScheduledStatus,
  problem: string,
): Promise<void> {
  const [user, standing] = [await findUser(tx.db, accountId), await findStanding(tx.db, accountId)]
  if (user === undefined || standing === undefined || !isInGoodStanding(standing)) return
  const time = `${scheduledAt.toISOString().slice(0, 16).replace('T', ' ')} UTC`
  await sendMail(tx, 'scheduled.unposted', user.email, {
    subject: 'A scheduled post was not posted',
    paragraphs: [
      `What you had scheduled for ${time} was not posted: ${problem}`,
      'It stays among your scheduled posts, where you can choose another time for it or drop it.',
    ],
  })
}
