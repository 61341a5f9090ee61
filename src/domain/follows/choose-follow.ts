import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import type { Actor } from '../../store/actors.ts'
import { updateFollowChoices, type FollowChoices } from '../../store/follow-choices.ts'
import { followActor } from './follow-actor.ts'

/**
 * Follows, and says what is wanted of them; whoever follows already changes that only.
 * @throws DomainError as `followActor`
 */
export async function chooseFollow(
  ctx: Context,
  account: Actor,
  target: Actor,
  choices: FollowChoices,
): Promise<void> {
  await transact(ctx, async (tx) => {
    await followActor(tx, account, target)
    await updateFollowChoices(tx.db, account.id, target.id, choices)
  })
}
