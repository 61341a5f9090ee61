import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import { enqueue } from '../../store/jobs.ts'
import { lockAliases, setAliases } from '../../store/moves.ts'
import { getActorByName } from '../accounts/get-actor-by-name.ts'

/** Of one account. */
export const maxAliases = 50

/**
 * Says that somebody elsewhere is the same person, so that they may move here and bring their followers.
 * @param name a handle, or the id of an actor
 * @returns the id that is kept
 * @throws DomainError `not_found`, `unavailable` as for any name; `invalid` for an account of this place, or when there
 *   are too many
 */
export async function addAlias(ctx: Context, account: Actor, name: string): Promise<string> {
  const { uri } = await getActorByName(ctx, name)
  if (uri === null) throw new DomainError('invalid', 'An alias is an account on another server.')
  await transact(ctx, async (tx) => {
    const aliases = await lockAliases(tx.db, account.id)
    if (aliases.includes(uri)) return
    if (aliases.length >= maxAliases)
      throw new DomainError('invalid', `An account has at most ${maxAliases} aliases.`)
    await setAliases(tx.db, account.id, [...aliases, uri], tx.now())
    await enqueue(tx, 'actor.updated', { accountId: account.id })
  })
  return uri
}
