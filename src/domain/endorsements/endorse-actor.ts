import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import { deleteEndorsement, insertEndorsement } from '../../store/endorsements.ts'
import { findFollowBetween } from '../../store/follows.ts'

/**
 * A member recommends somebody on their profile.
 * @throws DomainError `invalid` for somebody whom they do not follow
 */
export async function endorseActor(ctx: Context, account: Actor, target: Actor): Promise<void> {
  await transact(ctx, async (tx) => {
    const follow = await findFollowBetween(tx.db, account.id, target.id)
    if (follow?.state !== 'accepted')
      throw new DomainError(
        'invalid',
        'Validation failed: You must be already following the person you want to endorse',
      )
    await insertEndorsement(tx.db, {
      id: tx.newId(),
      accountId: account.id,
      targetId: target.id,
      targetUri: target.uri,
      createdAt: tx.now(),
    })
  })
}

/** Nothing happens when there was no such recommendation. */
export async function unendorseActor(ctx: Context, account: Actor, target: Actor): Promise<void> {
  await deleteEndorsement(ctx.db, account.id, target.id)
}
