import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import { enqueue } from '../../store/jobs.ts'
import { findMoveState, lockAccountMove, setAccountMove } from '../../store/moves.ts'
import { actorUri } from '../accounts/addresses.ts'
import { getActorByName } from '../accounts/get-actor-by-name.ts'
import { recordAct } from '../audit/record-act.ts'
import { noticeMember } from '../mail/notice-member.ts'
import { findRestEnd } from './cooldown.ts'
import { findDestination } from './find-destination.ts'
import { requireAgreement } from './require-agreement.ts'

/**
 * An account of ours goes elsewhere: its followers are told and follow it there, those of us too. What it said stays
 * here and is served as before; it says nothing more from here until it takes the redirect back.
 * @param name a handle, or the id of an actor
 * @param ip where a member asked from
 * @returns the id of the new place
 * @throws DomainError `invalid` when the new place is here or does not name the account as an alias, `limited` within 30
 *   days of the last move, `not_found` or `unavailable` when it cannot be had, `forbidden` when it is blocked here
 */
export async function moveAccount(
  ctx: Context,
  account: Actor,
  name: string,
  { ip }: { ip?: string | undefined } = {},
): Promise<string> {
  const state = await findMoveState(ctx.db, account.id)
  requireRest(ctx, account, state?.movedAt ?? null)
  const { uri } = await getActorByName(ctx, name)
  if (uri === null)
    throw new DomainError('invalid', 'An account moves to another server, not within this one.')
  const former = actorUri(ctx.config, account)
  const target = requireAgreement(await findDestination(ctx, uri, former), name, former)
  await transact(ctx, async (tx) => {
    // It may have moved while others were asked.
    requireRest(tx, account, await lockAccountMove(tx.db, account.id))
    await setAccountMove(tx.db, account.id, { id: target.id, uri }, tx.now())
    await recordAct(tx, account.id, 'move.started', { ip })
    await noticeMember(tx, account.id, 'move.started')
    await enqueue(tx, 'account.moved', { accountId: account.id })
    await enqueue(tx, 'actor.moved', { actorId: account.id, targetId: target.id, after: null })
  })
  return uri
}

function requireRest(ctx: Pick<Context, 'now'>, { username }: Actor, movedAt: Date | null): void {
  const end = findRestEnd(ctx, movedAt)
  if (end === undefined) return
  const retryAfterSeconds = Math.ceil((end.getTime() - ctx.now().getTime()) / 1000)
  throw new DomainError('limited', `The account ${username} moved less than 30 days ago.`, {
    retryAfterSeconds,
  })
}
