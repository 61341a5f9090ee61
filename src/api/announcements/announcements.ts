import type { Context } from '../../context.ts'
import { reactToAnnouncement, takeBackReaction } from '../../domain/announcements/react-to-announcement.ts'
import type { Actor } from '../../store/actors.ts'
import { findAnnouncement, insertDismissal, listAnnouncements } from '../../store/announcements.ts'
import { recordNotFound } from '../errors.ts'
import type { Call } from '../route.ts'
import { presentAnnouncements } from './present.ts'

/** Older ones are not shown. */
const most = 40

/** https://docs.joinmastodon.org/methods/announcements/#get */
export async function showAnnouncements(ctx: Context, { viewer }: Call<Actor>) {
  return presentAnnouncements(ctx, await listAnnouncements(ctx.db, most, ctx.now()), viewer.id)
}

/** https://docs.joinmastodon.org/methods/announcements/#dismiss */
export async function dismissAnnouncement(ctx: Context, { viewer, params }: Call<Actor>) {
  const found = await findAnnouncement(ctx.db, params['id'] ?? '', ctx.now())
  if (found === undefined) throw recordNotFound()
  await insertDismissal(ctx.db, found.id, viewer.id)
  return {}
}

/** https://docs.joinmastodon.org/methods/announcements/#put-reactions */
export async function addReaction(ctx: Context, { viewer, params }: Call<Actor>) {
  await reactToAnnouncement(ctx, viewer, params['id'] ?? '', params['name'] ?? '')
  return {}
}

/** https://docs.joinmastodon.org/methods/announcements/#delete-reactions */
export async function removeReaction(ctx: Context, { viewer, params }: Call<Actor>) {
  await takeBackReaction(ctx, viewer, params['id'] ?? '', params['name'] ?? '')
  return {}
}
