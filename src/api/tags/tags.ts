import type { Context } from '../../context.ts'
import { featureTag, unfeatureTag } from '../../domain/featured/feature-tag.ts'
import { followTag } from '../../domain/tags/follow-tag.ts'
import { readTag } from '../../domain/tags/read-tag.ts'
import { unfollowTag } from '../../domain/tags/unfollow-tag.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import { listShownTags, listUsedTags } from '../../store/tag-facts.ts'
import { listTagFollowsIn } from '../../store/tag-follows.ts'
import { getActiveAccount } from '../accounts/named-account.ts'
import { presentShownTag, presentTags } from '../entities/tag.ts'
import { ApiError, recordNotFound } from '../errors.ts'
import { read, text } from '../input.ts'
import { page, readRange } from '../paging.ts'
import type { Call } from '../route.ts'

type Change = (ctx: Context, account: Actor, typed: string) => Promise<string>

/** https://docs.joinmastodon.org/methods/tags/ */
export async function showTag(ctx: Context, call: Call) {
  return present(ctx, call.viewer, readNamed(call))
}

function change(deed: Change) {
  return async (ctx: Context, call: Call<Actor>) =>
    present(ctx, call.viewer, await deed(ctx, call.viewer, readNamed(call)))
}

export const follow = change(followTag)
export const unfollow = change(unfollowTag)
export const feature = change(featureTag)
export const unfeature = change(unfeatureTag)

/** Those followed last first. https://docs.joinmastodon.org/methods/followed_tags/ */
export async function listFollowed(ctx: Context, call: Call<Actor>) {
  const range = readRange(call.input, { usual: 100, max: 200 })
  const followed = await listTagFollowsIn(ctx.db, call.viewer.id, range)
  const tags = await presentTags(
    ctx,
    call.viewer,
    followed.map(({ tag }) => tag),
  )
  return page(
    ctx.config,
    call,
    tags,
    followed.map(({ id }) => id),
  )
}

/** https://docs.joinmastodon.org/methods/featured_tags/ */
export async function listOwnFeatured(ctx: Context, { viewer }: Call<Actor>) {
  return (await listShownTags(ctx.db, viewer.id)).map((tag) => presentShownTag(ctx, viewer, tag))
}

/** https://docs.joinmastodon.org/methods/accounts/#featured_tags */
export async function listFeaturedOf(ctx: Context, call: Call) {
  const owner = await getActiveAccount(ctx, call)
  return (await listShownTags(ctx.db, owner.id)).map((tag) => presentShownTag(ctx, owner, tag))
}

export async function addFeatured(ctx: Context, { viewer, input }: Call<Actor>) {
  const { name } = read(input, { name: text(200) })
  if (name === undefined) throw new ApiError(422, "Validation failed: Name can't be blank")
  const tag = await featureTag(ctx, viewer, name)
  const shown = (await listShownTags(ctx.db, viewer.id)).find((each) => each.tag === tag)
  return presentShownTag(ctx, viewer, shown!)
}

export async function removeFeatured(ctx: Context, { viewer, params }: Call<Actor>) {
  const shown = (await listShownTags(ctx.db, viewer.id)).find(({ id }) => id === params['id'])
  if (shown === undefined) throw recordNotFound()
  await unfeatureTag(ctx, viewer, shown.tag)
  return {}
}

/** What they use most and do not show. */
export async function suggestFeatured(ctx: Context, { viewer }: Call<Actor>) {
  return presentTags(ctx, viewer, await listUsedTags(ctx.db, viewer.id, 10))
}

async function present(ctx: Context, viewer: Actor | undefined, tag: string) {
  const [presented] = await presentTags(ctx, viewer, [tag])
  return presented
}

/** What is no hashtag is not there. */
function readNamed({ params }: Pick<Call, 'params'>): string {
  try {
    return readTag(params['name'] ?? '')
  } catch (error) {
    if (error instanceof DomainError) throw recordNotFound()
    throw error
  }
}
