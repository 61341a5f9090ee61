import type { Context } from '../../context.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import { actorUri } from '../accounts/addresses.ts'
import { getActorByName } from '../accounts/get-actor-by-name.ts'
import { findDestination } from '../moving/find-destination.ts'
import { requireAgreement } from '../moving/require-agreement.ts'

export type Standby = { readonly id: string; readonly uri: string }

/**
 * The account to which letters lead: on another server, there now, and naming this one as an alias, since nobody follows
 * a move to where that is not so.
 * @param name a handle, or the id of an actor
 * @throws DomainError in words that say what to do
 */
export async function findStandby(ctx: Context, account: Actor, name: string): Promise<Standby> {
  const { uri } = await getActorByName(ctx, name)
  if (uri === null)
    throw new DomainError(
      'invalid',
      'A standby is on another server: when this one is gone, so is all of it.',
    )
  const former = actorUri(ctx.config, account)
  const { id } = requireAgreement(await findDestination(ctx, uri, former), name, former)
  return { id, uri }
}
