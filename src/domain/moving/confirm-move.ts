import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { findActor, type Actor } from '../../store/actors.ts'
import { isDomainBlocked } from '../../store/hosts.ts'
import { enqueue } from '../../store/jobs.ts'
import { clearRemoteMove, markRemoteMove } from '../../store/moves.ts'
import { remoteRestMs } from './cooldown.ts'
import { findDestination } from './find-destination.ts'
import { saysMoved } from './says-moved.ts'

/**
 * Asks the place that somebody elsewhere moved to whether it agrees, and then lets those follow it who follow them
 * here. Nothing is asked of the place that they left, unless it is the new place that said so (FEP-7628, pulled).
 * @throws Error when the new place does not answer now: it may do so another time
 */
export async function confirmMove(
  ctx: Context,
  { actorId, targetUri, how = 'pushed' }: { actorId: string; targetUri: string; how?: 'pushed' | 'pulled' },
): Promise<void> {
  const actor = await findActor(ctx.db, actorId)
  if (actor === undefined || actor.uri === null || !(await isWelcome(ctx, actor, actor.uri))) return
  if (how === 'pulled' && !(await saysMoved(ctx, actor, targetUri))) return
  const target = await findDestination(ctx, targetUri, actor.uri)
  if (target === 'unavailable') throw new Error(`${targetUri} cannot be had now`)
  if (typeof target === 'string') {
    ctx.log.info({ actor: actor.uri, target: targetUri, reason: target }, 'A move does not count')
    return
  }
  await transact(ctx, async (tx) => {
    const at = tx.now()
    const rested = { at, notSince: new Date(at.getTime() - remoteRestMs) }
    if (!(await markRemoteMove(tx.db, actor.id, { id: target.id, uri: targetUri }, rested))) return
    // Its own server says that it has not moved on: whoever went away from there is back.
    if (!target.isLocal) await clearRemoteMove(tx.db, target.id)
    await enqueue(tx, 'actor.moved', { actorId: actor.id, targetId: target.id, after: null })
  })
}

async function isWelcome({ db }: Context, actor: Actor, uri: string): Promise<boolean> {
  if (actor.suspendedAt !== null || actor.deletedAt !== null) return false
  return !(await isDomainBlocked(db, new URL(uri).host))
}
