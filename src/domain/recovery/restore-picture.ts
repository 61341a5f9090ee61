import { createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import type { Context } from '../../context.ts'
import type { Actor } from '../../store/actors.ts'
import { updateOwnProfile } from '../accounts/update-profile.ts'
import { fetchRemoteMedia, mediaLimits } from '../media/fetch-remote-media.ts'
import { WorkDirectory } from '../media/keep-files.ts'
import { storeProfilePicture } from '../media/store-profile-picture.ts'
import { listFiles } from './kit-files.ts'

type Picture = {
  readonly purpose: 'avatar' | 'header'
  readonly url: string
  readonly description: string | null
}

const patienceMs = 30_000

/**
 * The face or the banner that the profile had, unless there is another by now: out of the kit, or from where it was.
 * @throws DomainError `not_found` when it cannot be had
 */
export async function restorePicture(
  ctx: Context,
  account: Actor,
  { purpose, url, description }: Picture,
  recoveryId: string,
): Promise<void> {
  if ((purpose === 'avatar' ? account.iconUrl : account.imageUrl) !== null) return
  const held = [...(await listFiles(ctx, recoveryId)).values()].find((file) => file.url === url)
  await using work = await WorkDirectory.create()
  const path = work.file('picture')
  if (held === undefined) await fetchInto(ctx, url, path)
  else await pipeline(await held.read(), createWriteStream(path, { mode: 0o600, flags: 'wx' }))
  const shown = await storeProfilePicture(ctx, account, purpose, { path })
  await updateOwnProfile(
    ctx,
    account,
    purpose === 'avatar'
      ? { iconUrl: shown, iconDescription: description }
      : { imageUrl: shown, imageDescription: description },
  )
}

async function fetchInto(ctx: Context, url: string, path: string): Promise<void> {
  await using file = await open(path, 'wx', 0o600)
  const target = {
    begin: () => undefined,
    write: async (chunk: Buffer) => {
      await file.write(chunk)
    },
  }
  const signal = AbortSignal.timeout(patienceMs)
  await fetchRemoteMedia(ctx, url, { target, signal, limits: mediaLimits })
}
