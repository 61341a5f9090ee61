import type { Context } from '../../context.ts'
import type { Actor } from '../../store/actors.ts'
import { isDomainBlocked } from '../../store/hosts.ts'
import { actorUri } from '../accounts/addresses.ts'
import { findAccountByUri } from '../accounts/resolve-local.ts'
import type { Absence } from '../remote/remote-world.ts'

/** Where somebody may move to, as its own server describes it now; or a word for why they may not. */
export type DestinationAnswer = Actor | Absence | 'moved' | 'blocked' | 'no-alias'

/**
 * Looks at the place that somebody says they moved to: it must be there, not have moved on itself, not be blocked here,
 * and name the one who comes among its aliases. Nobody else's word for that counts, and none that we kept.
 * @param formerUri the id of whoever moves
 */
export async function findDestination(
  ctx: Context,
  uri: string,
  formerUri: string,
): Promise<DestinationAnswer> {
  const host = URL.parse(uri)?.host
  if (host === undefined) return 'refused'
  if (await isDomainBlocked(ctx.db, host)) return 'blocked'
  const local = await findAccountByUri(ctx, uri)
  const target = local ?? (await ctx.remote.refreshActor(uri))
  if (typeof target === 'string') return target
  if (actorUri(ctx.config, target) !== uri || target.type === 'Application') return 'refused'
  if (target.deletedAt !== null) return 'gone'
  if (target.suspendedAt !== null) return 'blocked'
  if (target.movedTo !== null) return 'moved'
  return target.alsoKnownAs.includes(formerUri) ? target : 'no-alias'
}
