import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import { enqueue } from '../../store/jobs.ts'
import { listAuthorizationsOfQuoting, revokeQuoteAuthorization, updateQuote } from '../../store/quotes.ts'
import { findPost, findRemoteStatus, type Status } from '../../store/statuses.ts'
import { localStatusId } from '../accounts/addresses.ts'

/**
 * The author of a quoted post no longer wants to be shown inside another one. The stamp is gone for good, and whoever
 * may have seen it is told.
 * @param quotingUri the id of the post that quotes, ours or not
 * @returns how many posts of the account it quoted: one
 * @throws DomainError `not_found` when it quotes nothing of theirs by their leave
 */
export async function revokeQuote(ctx: Context, account: Actor, quotingUri: string): Promise<number> {
  const localId = localStatusId(ctx.config, quotingUri)
  const quoting = localId === undefined ? { uri: quotingUri } : { id: localId }
  return transact(ctx, async (tx) => {
    const given = await listAuthorizationsOfQuoting(tx.db, account.id, quoting)
    if (given.length === 0) throw new DomainError('not_found', 'That post does not quote you by your leave.')
    const shown =
      'id' in quoting ? await findPost(tx.db, quoting.id) : await findRemoteStatus(tx.db, quotingUri)
    for (const { id, statusId } of given) {
      await revokeQuoteAuthorization(tx.db, id, tx.now())
      if (shown?.quoteOfId === statusId) await hide(tx, shown)
      await enqueue(tx, 'quote.revoked', { authorizationId: id })
    }
    return given.length
  })
}

async function hide(tx: Parameters<typeof enqueue>[0], quoting: Status): Promise<void> {
  await updateQuote(tx.db, quoting, { quoteState: 'revoked' })
  if (quoting.isLocal && quoting.deletedAt === null)
    await enqueue(tx, 'quote.changed', { statusId: quoting.id })
}
