import { z } from 'zod'
import type { Context } from '../../context.ts'
import { endorseActor, unendorseActor } from '../../domain/endorsements/endorse-actor.ts'
import { approveFollow, rejectFollow } from '../../domain/follows/answer-follow.ts'
import { chooseFollow } from '../../domain/follows/choose-follow.ts'
import { unfollowActor } from '../../domain/follows/unfollow-actor.ts'
import { blockActor } from '../../domain/moderation/block-actor.ts'
import { unblockActor } from '../../domain/moderation/unblock-actor.ts'
import { muteActor, unmuteActor } from '../../domain/mutes/mute-actor.ts'
import { noteActor } from '../../domain/notes/note-actor.ts'
import type { Actor } from '../../store/actors.ts'
import { findFollowBetween } from '../../store/follows.ts'
import { presentRelationship } from '../entities/relationship.ts'
import { flag, read, textOrEmpty, texts, wholeNumber } from '../input.ts'
import type { Call } from '../route.ts'
import { getActiveAccount, getNamedAccount } from './named-account.ts'

type Deed = (ctx: Context, call: Call<Actor>, target: Actor) => Promise<void>
type Handle = (ctx: Context, call: Call<Actor>) => Promise<unknown>

/** What a member does about somebody is answered by how the two stand afterwards. */
function begin(deed: Deed): Handle {
  return async (ctx, call) => {
    const target = await getActiveAccount(ctx, call)
    await deed(ctx, call, target)
    return presentRelationship(ctx, call.viewer, target.id)
  }
}

/** What is taken back may concern somebody who is suspended. */
function end(deed: Deed): Handle {
  return async (ctx, call) => {
    const target = await getNamedAccount(ctx, call)
    await deed(ctx, call, target)
    return presentRelationship(ctx, call.viewer, target.id)
  }
}

const languages = z.preprocess(
  (value) => (value === undefined ? undefined : value),
  z.union([z.undefined(), texts(100, 35)]),
)

/** https://docs.joinmastodon.org/methods/accounts/#follow */
export const follow = begin(async (ctx, { viewer, input }, target) => {
  const chosen = read(input, { reblogs: flag, notify: flag })
  const spoken = input['languages'] === undefined ? undefined : read(input, { languages }).languages
  await chooseFollow(ctx, viewer, target, {
    showsBoosts: chosen.reblogs,
    notifies: chosen.notify,
    languages: spoken === undefined ? undefined : spoken.length === 0 ? null : spoken,
  })
})

export const unfollow = end((ctx, { viewer }, target) => unfollowActor(ctx, viewer, target))
export const block = end((ctx, { viewer }, target) => blockActor(ctx, viewer, target))
export const unblock = end((ctx, { viewer }, target) => unblockActor(ctx, viewer, target))

/** https://docs.joinmastodon.org/methods/accounts/#mute */
export const mute = end(async (ctx, { viewer, input }, target) => {
  const { notifications, duration } = read(input, { notifications: flag, duration: wholeNumber })
  await muteActor(ctx, viewer, target, { hidesNotifications: notifications ?? true, seconds: duration ?? 0 })
})

export const unmute = end((ctx, { viewer }, target) => unmuteActor(ctx, viewer, target))

/** https://docs.joinmastodon.org/methods/accounts/#remove_from_followers: nothing happens when they do not follow. */
export const removeFromFollowers = end(async (ctx, { viewer }, target) => {
  const { id } = (await findFollowBetween(ctx.db, target.id, viewer.id)) ?? {}
  if (id !== undefined) await rejectFollow(ctx, viewer, target.id)
})

/** https://docs.joinmastodon.org/methods/accounts/#note */
export const note = end(async (ctx, { viewer, input }, target) => {
  const { comment } = read(input, { comment: textOrEmpty(20_000) })
  await noteActor(ctx, viewer, target, comment ?? '')
})

export const endorse = begin((ctx, { viewer }, target) => endorseActor(ctx, viewer, target))
export const unendorse = end((ctx, { viewer }, target) => unendorseActor(ctx, viewer, target))

/** https://docs.joinmastodon.org/methods/follow_requests/#accept */
export const authorizeRequest = end((ctx, { viewer }, target) => approveFollow(ctx, viewer, target.id))

/** Whoever follows already is not turned away by this. https://docs.joinmastodon.org/methods/follow_requests/#reject */
export const rejectRequest = end(async (ctx, { viewer }, target) => {
  const request = await findFollowBetween(ctx.db, target.id, viewer.id)
  if (request?.state !== 'accepted') await rejectFollow(ctx, viewer, target.id)
})
