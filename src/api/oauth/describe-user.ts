import type { Context } from '../../context.ts'
import type { Actor } from '../../store/actors.ts'
import { presentAccount } from '../entities/account.ts'
import type { Call } from '../route.ts'

/** https://docs.joinmastodon.org/methods/oauth/#userinfo, with the names of OpenID Connect. */
export async function describeUser(ctx: Context, { viewer }: Call<Actor>) {
  const { uri, url, username, display_name: name, avatar } = await presentAccount(ctx, viewer)
  return {
    iss: `${ctx.config.origin}/`,
    sub: uri,
    name,
    preferred_username: username,
    profile: url,
    picture: avatar,
  }
}
