import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import { deleteNote, upsertNote } from '../../store/account-notes.ts'
import { profileLimits } from '../accounts/profile-limits.ts'

/**
 * What a member writes down about somebody, for themselves. An empty one takes it away.
 * @throws DomainError `invalid` for more than 2,000 characters
 */
export async function noteActor(ctx: Context, account: Actor, target: Actor, comment: string): Promise<void> {
  if (Array.from(comment).length > profileLimits.note)
    throw new DomainError('invalid', `A note has at most ${profileLimits.note} characters.`)
  await transact(ctx, async (tx) => {
    if (comment.trim() === '') return deleteNote(tx.db, account.id, target.id)
    await upsertNote(tx.db, {
      accountId: account.id,
      targetId: target.id,
      targetUri: target.uri,
      comment,
    })
  })
}
