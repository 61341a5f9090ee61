import type { Context } from '../../context.ts'
import { bookmarkStatus, unbookmarkStatus } from '../../domain/bookmarks/bookmark-status.ts'
import type { Actor } from '../../store/actors.ts'
import type { Call } from '../route.ts'
import { answerOriginal, getNamedStatus } from './status-answer.ts'

/** https://docs.joinmastodon.org/methods/statuses/#bookmark */
export async function bookmark(ctx: Context, { params, viewer }: Call<Actor>) {
  return answerOriginal(ctx, viewer, await bookmarkStatus(ctx, viewer, params['id'] ?? ''))
}

export async function unbookmark(ctx: Context, call: Call<Actor>) {
  await unbookmarkStatus(ctx, call.viewer, call.params['id'] ?? '')
  return answerOriginal(ctx, call.viewer, await getNamedStatus(ctx, call))
}
