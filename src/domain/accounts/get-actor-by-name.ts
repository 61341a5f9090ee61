import type { Context } from '../../context.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import { getAccount } from './get-account.ts'
import { findAccountByUri } from './resolve-local.ts'

/**
 * Whom people mean by `name` (somebody here), `name@domain`, `@name@domain` or the address of an actor; other
 * servers are asked for whom we do not know.
 * @throws DomainError `not_found` when there is nobody like that, `unavailable` when their server does not answer
 */
export async function getActorByName(ctx: Context, name: string): Promise<Actor> {
  if (/^https?:\/\//i.test(name)) return getActorByUri(ctx, name)
  const [username = '', domain] = name.replace(/^@/, '').split('@')
  const isHere = domain === undefined || domain.toLowerCase() === ctx.config.handleDomain
  return isHere ? getAccount(ctx, username) : ctx.remote.resolveHandle(`${username}@${domain}`)
}

async function getActorByUri(ctx: Context, uri: string): Promise<Actor> {
  const actor = (await findAccountByUri(ctx, uri)) ?? (await ctx.remote.resolveActor(uri))
  if (actor !== undefined) return actor
  throw new DomainError('not_found', `There is nobody at ${uri}, or their server does not answer.`)
}
