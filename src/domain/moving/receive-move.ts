import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import type { Actor } from '../../store/actors.ts'
import { hasFollowerHere } from '../../store/follows.ts'
import { enqueue } from '../../store/jobs.ts'
import { findMoveState } from '../../store/moves.ts'
import { isRested } from './cooldown.ts'

/** The same move said over and over is looked at so often. */
const askAgainSeconds = 60

/**
 * Somebody elsewhere says that they live elsewhere now: by their own word, which needs nothing of their former server,
 * since that may be gone. Whether the new place agrees is asked there, later and as long as it takes.
 * @param input `isPulled`: it is the new place that says so, and so the one who moved must be asked as well
 * @returns `ignored` when nobody here follows them, or they moved within the last seven days
 */
export async function receiveMove(
  ctx: Context,
  { actor, targetUri, isPulled = false }: { actor: Actor; targetUri: string; isPulled?: boolean },
): Promise<'asked' | 'ignored'> {
  if (targetUri === actor.uri) return 'ignored'
  return transact(ctx, async (tx) => {
    const state = await findMoveState(tx.db, actor.id)
    if (!isRested(tx, state?.movedAt ?? null) || !(await hasFollowerHere(tx.db, actor.id))) return 'ignored'
    const data = { actorId: actor.id, targetUri, ...(isPulled && ({ how: 'pulled' } as const)) }
    const key = `${actor.id} ${targetUri}${isPulled ? ' pulled' : ''}`
    await enqueue(tx, 'actor.moving', data, { once: { key, seconds: askAgainSeconds } })
    return 'asked'
  })
}
