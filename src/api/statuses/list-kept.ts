import type { Context } from '../../context.ts'
import type { Actor } from '../../store/actors.ts'
import { listBookmarks, type Kept } from '../../store/bookmarks.ts'
import { listLiked } from '../../store/doings.ts'
import { page, readRange } from '../paging.ts'
import type { Call } from '../route.ts'
import { presentByIds } from './status-answer.ts'

const size = { usual: 20, max: 40 }

/** https://docs.joinmastodon.org/methods/bookmarks/ */
export async function listOwnBookmarks(ctx: Context, call: Call<Actor>) {
  return keptPage(ctx, call, await listBookmarks(ctx.db, call.viewer.id, readRange(call.input, size)))
}

/** https://docs.joinmastodon.org/methods/favourites/ */
export async function listOwnFavourites(ctx: Context, call: Call<Actor>) {
  return keptPage(ctx, call, await listLiked(ctx.db, call.viewer.id, readRange(call.input, size)))
}

/** Paged by when they were kept, not by when they were written. */
async function keptPage(ctx: Context, call: Call<Actor>, kept: readonly Kept[]) {
  const statuses = await presentByIds(
    ctx,
    call.viewer,
    kept.map(({ statusId }) => statusId),
  )
  return page(
    ctx.config,
    call,
    statuses,
    kept.map(({ id }) => id),
  )
}
