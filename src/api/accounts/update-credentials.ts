import type { Context } from '../../context.ts'
import type { Actor } from '../../store/actors.ts'
import { changeProfile, dropAvatar, dropHeader } from '../profile/change-profile.ts'
import type { Call } from '../route.ts'
import { presentCredentials } from './show-credentials.ts'

/** https://docs.joinmastodon.org/methods/accounts/#update_credentials */
export async function updateCredentials(ctx: Context, call: Call<Actor>) {
  return presentCredentials(ctx, await changeProfile(ctx, call))
}

/** https://docs.joinmastodon.org/methods/profile/#delete-profile-avatar */
export async function removeAvatar(ctx: Context, { viewer }: Call<Actor>) {
  return presentCredentials(ctx, await dropAvatar(ctx, viewer))
}

/** https://docs.joinmastodon.org/methods/profile/#delete-profile-header */
export async function removeHeader(ctx: Context, { viewer }: Call<Actor>) {
  return presentCredentials(ctx, await dropHeader(ctx, viewer))
}
