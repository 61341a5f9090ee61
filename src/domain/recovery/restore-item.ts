import { z } from 'zod'
import type { Context } from '../../context.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import { bookmarkStatus } from '../bookmarks/bookmark-status.ts'
import { endorseActor } from '../endorsements/endorse-actor.ts'
import { chooseFollow } from '../follows/choose-follow.ts'
import { bookmarkItem, followItem, muteItem, noteItem } from '../kits/kit-items.ts'
import { addToList } from '../lists/list-members.ts'
import { blockActor } from '../moderation/block-actor.ts'
import { muteActor } from '../mutes/mute-actor.ts'
import { noteActor } from '../notes/note-actor.ts'
import { restorePicture } from './restore-picture.ts'

export type ItemKind =
  'follow' | 'list_member' | 'block' | 'mute' | 'note' | 'endorsement' | 'bookmark' | 'picture' | 'post'

/** `asked`: a follow that is for somebody else to accept. */
export type ItemOutcome = 'done' | 'asked'

type Restore = (ctx: Context, account: Actor, data: unknown, recoveryId: string) => Promise<ItemOutcome>

const named = z.object({ actor: z.string() })
const picture = z.object({
  purpose: z.enum(['avatar', 'header']),
  url: z.string(),
  description: z.string().nullable(),
})
const onList = z.object({ actor: z.string(), list: z.string() })

const restorers: { readonly [Kind in Exclude<ItemKind, 'post'>]: Restore } = {
  follow: async (ctx, account, data) => {
    const { actor, shows_boosts: showsBoosts, notifies, languages } = followItem.parse(data)
    const target = await resolve(ctx, actor)
    if (target.id === account.id) return 'done'
    await chooseFollow(ctx, account, target, { showsBoosts, notifies, languages })
    return target.isLocal ? 'done' : 'asked'
  },
  list_member: async (ctx, account, data) => {
    const { actor, list } = onList.parse(data)
    await addToList(ctx, account, list, [(await resolve(ctx, actor)).id])
    return 'done'
  },
  block: async (ctx, account, data) => {
    await blockActor(ctx, account, await resolve(ctx, named.parse(data).actor))
    return 'done'
  },
  mute: async (ctx, account, data) => {
    const { actor, hides_notifications: hidesNotifications, expires_at } = muteItem.parse(data)
    const left = expires_at === null ? 0 : Math.ceil((Date.parse(expires_at) - ctx.now().getTime()) / 1000)
    if (left >= 0)
      await muteActor(ctx, account, await resolve(ctx, actor), { hidesNotifications, seconds: left })
    return 'done'
  },
  note: async (ctx, account, data) => {
    const { actor, comment } = noteItem.parse(data)
    await noteActor(ctx, account, await resolve(ctx, actor), comment)
    return 'done'
  },
  endorsement: async (ctx, account, data) => {
    await endorseActor(ctx, account, await resolve(ctx, named.parse(data).actor))
    return 'done'
  },
  bookmark: async (ctx, account, data) => {
    const { uri } = bookmarkItem.parse(data)
    const status = await ctx.remote.resolveStatus(uri)
    if (status === undefined) throw new DomainError('unavailable', 'It cannot be had.')
    await bookmarkStatus(ctx, account, status.id)
    return 'done'
  },
  picture: async (ctx, account, data, recoveryId) => {
    await restorePicture(ctx, account, picture.parse(data), recoveryId)
    return 'done'
  },
}

/** @throws DomainError, of which what cannot be had now may be had another time */
export async function restoreItem(
  ctx: Context,
  account: Actor,
  { kind, data }: { readonly kind: string; readonly data: unknown },
  recoveryId: string,
): Promise<ItemOutcome> {
  if (!isItemKind(kind)) throw new DomainError('invalid', 'This version does not know what it is.')
  return restorers[kind](ctx, account, data, recoveryId)
}

function isItemKind(kind: string): kind is keyof typeof restorers {
  return kind in restorers
}

async function resolve(ctx: Context, uri: string): Promise<Actor> {
  const actor = await ctx.remote.resolveActor(uri)
  if (actor === undefined) throw new DomainError('unavailable', 'Their server does not answer.')
  return actor
}
