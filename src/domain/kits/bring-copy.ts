import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import {
  noteKitSent,
  noteKitUnsent,
  wasToldOfUnsent,
  type KitDestination,
} from '../../store/kit-destinations.ts'
import { findUser } from '../../store/users.ts'
import { recordAct } from '../audit/record-act.ts'
import { sendMail } from '../mail/send-mail.ts'
import { sendKitTo, type KitCopy } from './destinations.ts'

/** How long what may pass is left to itself before the member hears of it. */
const silentMs = 3 * 24 * 3600_000

/**
 * Brings a copy to a place, and notes how that went. The member learns by mail of what does not pass by itself.
 * @returns `again` when it may go better later
 */
export async function bringCopy(
  ctx: Context,
  destination: KitDestination,
  copy: KitCopy,
): Promise<'sent' | 'again' | 'refused'> {
  const { id, kind } = destination
  try {
    await sendKitTo(ctx, destination, copy)
    await noteKitSent(ctx.db, id, ctx.now())
    return 'sent'
  } catch (error) {
    const isOurs = !(error instanceof DomainError)
    if (isOurs)
      ctx.log.error({ err: error, destinationId: id, kind }, 'A copy of a recovery kit was not sent')
    const problem = isOurs ? 'The copy could not be sent.' : error.message
    const mayPass = isOurs || error.code === 'unavailable'
    const since = await noteKitUnsent(ctx.db, id, ctx.now(), problem)
    const isOld = since !== undefined && ctx.now().getTime() - since.getTime() >= silentMs
    if (since !== undefined && (isOld || !mayPass)) await tell(ctx, destination, since, problem)
    return mayPass ? 'again' : 'refused'
  }
}

/** Once for as long as it fails. */
async function tell(ctx: Context, destination: KitDestination, since: Date, problem: string): Promise<void> {
  const { id, accountId, label, sentAt } = destination
  await transact(ctx, async (tx) => {
    const user = await findUser(tx.db, accountId)
    if (user === undefined || (await wasToldOfUnsent(tx.db, destination, since))) return
    await recordAct(tx, accountId, 'kit.unsent', { detail: { destination: id } })
    const last = sentAt === null ? 'None has arrived so far' : `The last one arrived on ${dayOf(sentAt)}`
    await sendMail(tx, 'kit.unsent', user.email, {
      subject: 'Copies of your recovery kit do not arrive',
      paragraphs: [
        `Copies of your recovery kit do not arrive where you wanted them: ${label}. ${last}.`,
        problem,
      ],
      action: { label: 'See where copies go', url: `${tx.config.origin}/settings/copies` },
    })
  })
}

function dayOf(moment: Date): string {
  return moment.toISOString().slice(0, 10)
}
