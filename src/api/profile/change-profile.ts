import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { updateOwnProfile } from '../../domain/accounts/update-profile.ts'
import { releasePaths } from '../../domain/media/release-paths.ts'
import { storeProfilePicture } from '../../domain/media/store-profile-picture.ts'
import { findActor, type Actor } from '../../store/actors.ts'
import { recordNotFound } from '../errors.ts'
import type { Call } from '../route.ts'
import { readPreferences, readProfile } from './read-profile.ts'

/**
 * A member describes themselves anew, also with pictures: files of a multipart body, named `avatar` and `header`.
 * @returns the member as they are from here on
 */
export async function changeProfile(ctx: Context, call: Call<Actor>): Promise<Actor> {
  const { viewer, input, files } = call
  const [profile, preferences] = [readProfile(input), readPreferences(input)]
  const { avatar, header } = files
  const iconUrl = avatar && (await storeProfilePicture(ctx, viewer, 'avatar', avatar))
  const imageUrl = header && (await storeProfilePicture(ctx, viewer, 'header', header))
  const stored = [iconUrl, imageUrl].filter((path) => path !== undefined)
  try {
    await updateOwnProfile(ctx, viewer, { ...profile, iconUrl, imageUrl }, preferences)
  } catch (error) {
    await transact(ctx, (tx) => releasePaths(tx, viewer.id, stored))
    throw error
  }
  return reload(ctx, viewer)
}

/** Their face, and what they say of it, go. */
export async function dropAvatar(ctx: Context, viewer: Actor): Promise<Actor> {
  await updateOwnProfile(ctx, viewer, { iconUrl: null, iconDescription: null })
  return reload(ctx, viewer)
}

/** Their banner, and what they say of it, go. */
export async function dropHeader(ctx: Context, viewer: Actor): Promise<Actor> {
  await updateOwnProfile(ctx, viewer, { imageUrl: null, imageDescription: null })
  return reload(ctx, viewer)
}

async function reload({ db }: Context, { id }: Actor): Promise<Actor> {
  const member = await findActor(db, id)
  if (member === undefined) throw recordNotFound()
  return member
}
