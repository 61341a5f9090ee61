import type { Context } from '../../context.ts'
import { findAccount, findRemoteActor, findRemoteActorByHandle, type Actor } from '../../store/actors.ts'
import { findAccountByUri } from '../accounts/resolve-local.ts'

/** Whom people mean by a handle or an address, as far as we know them: no server is asked. */
export async function findKnownActor(
  ctx: Pick<Context, 'db' | 'config'>,
  name: string,
): Promise<Actor | undefined> {
  if (/^https?:\/\//i.test(name)) return findByAddress(ctx, name)
  const [username = '', domain] = name.replace(/^@/, '').split('@')
  const isHere = domain === undefined || domain.toLowerCase() === ctx.config.handleDomain
  return isHere
    ? findAccount(ctx.db, username)
    : findRemoteActorByHandle(ctx.db, username, domain.toLowerCase())
}

async function findByAddress(ctx: Pick<Context, 'db' | 'config'>, url: string): Promise<Actor | undefined> {
  const page = `${ctx.config.origin}/@`
  if (url.startsWith(page) && !url.slice(page.length).includes('/'))
    return findAccount(ctx.db, url.slice(page.length))
  return (await findAccountByUri(ctx, url)) ?? (await findRemoteActor(ctx.db, url))
}
