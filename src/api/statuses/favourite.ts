import type { Context } from '../../context.ts'
import { likeStatus } from '../../domain/interactions/like-status.ts'
import { unlikeStatus } from '../../domain/interactions/unlike-status.ts'
import type { Actor } from '../../store/actors.ts'
import type { Call } from '../route.ts'
import { answerOriginal, getNamedStatus } from './status-answer.ts'

/** https://docs.joinmastodon.org/methods/statuses/#favourite */
export async function favourite(ctx: Context, { params, viewer }: Call<Actor>) {
  return answerOriginal(ctx, viewer, await likeStatus(ctx, viewer, params['id'] ?? ''))
}

/** Also of what the member may no longer see, which is then a 404. */
export async function unfavourite(ctx: Context, call: Call<Actor>) {
  await unlikeStatus(ctx, call.viewer, call.params['id'] ?? '')
  return answerOriginal(ctx, call.viewer, await getNamedStatus(ctx, call))
}
