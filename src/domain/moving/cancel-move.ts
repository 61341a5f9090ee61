import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import { enqueue } from '../../store/jobs.ts'
import { setAccountMove } from '../../store/moves.ts'
import { recordAct } from '../audit/record-act.ts'
import { noticeMember } from '../mail/notice-member.ts'

/**
 * Takes a redirect back: the account lives here again. Followers who went along do not come back by themselves, and the
 * 30 days until it may move again go on.
 * @throws DomainError `conflict` when the account has not moved
 */
export async function cancelMove(
  ctx: Context,
  account: Actor,
  { ip }: { ip?: string | undefined } = {},
): Promise<void> {
  if (account.movedTo === null)
    throw new DomainError('conflict', `The account ${account.username} has not moved.`)
  await transact(ctx, async (tx) => {
    await setAccountMove(tx.db, account.id, null, tx.now())
    await recordAct(tx, account.id, 'move.cancelled', { ip })
    await noticeMember(tx, account.id, 'move.cancelled')
    await enqueue(tx, 'actor.updated', { accountId: account.id })
  })
}
