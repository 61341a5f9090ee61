import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import { findRemoteActor, type Actor } from '../../store/actors.ts'
import { enqueue } from '../../store/jobs.ts'
import { actorUri } from '../accounts/addresses.ts'
import { getActorByName } from '../accounts/get-actor-by-name.ts'
import { requireHere } from './require-here.ts'
import { saysMoved } from './says-moved.ts'

/** The same is said so often. */
const sayAgainSeconds = 24 * 3600

/**
 * Somebody moved to an account of ours, and their former server does not tell everybody: servers that know a Move from
 * the place that one goes to (FEP-7628, pulled) are told from here. Only when both say so: the account names the former
 * one as an alias, and the former one names the account as where it moved.
 * @param name a handle, or the id of an actor
 * @returns the id of the former account
 * @throws DomainError `invalid` when it is no alias, `conflict` when it does not say that it moved here, `forbidden` when
 *   the account has moved on, `not_found` or `unavailable` as for any name
 */
export async function pullFollowers(ctx: Context, account: Actor, name: string): Promise<string> {
  requireHere(account)
  const isAlias = account.alsoKnownAs.includes(name)
  const known = isAlias ? await findRemoteActor(ctx.db, name) : undefined
  const former = known ?? (await getActorByName(ctx, name))
  const { uri } = former
  if (uri === null || !account.alsoKnownAs.includes(uri))
    throw new DomainError('invalid', `${name} is no alias of ${account.username}: add it first.`)
  if (!(await saysMoved(ctx, former, actorUri(ctx.config, account))))
    throw new DomainError(
      'conflict',
      `${name} does not say that it moved here. Move it there; if its server is gone, use its recovery kit.`,
    )
  const once = { key: `${account.id} ${uri}`, seconds: sayAgainSeconds }
  await transact(ctx, (tx) =>
    enqueue(tx, 'account.pulling', { accountId: account.id, formerUri: uri }, { once }),
  )
  return uri
}
