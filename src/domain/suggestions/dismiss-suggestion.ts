import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import type { Actor } from '../../store/actors.ts'
import { insertDismissal } from '../../store/suggestions.ts'

/** Somebody is not suggested to a member again. */
export async function dismissSuggestion(ctx: Context, account: Actor, target: Actor): Promise<void> {
  await transact(ctx, (tx) => insertDismissal(tx.db, account.id, target.id))
}
