import type { Context } from '../../context.ts'
import { pinPost, unpinPost } from '../../domain/featured/pin-post.ts'
import type { Actor } from '../../store/actors.ts'
import { loadAndPresentStatus } from '../entities/status.ts'
import type { Call } from '../route.ts'
import { getNamedStatus } from './status-answer.ts'
import { invalid, validated } from './validation.ts'

/** https://docs.joinmastodon.org/methods/statuses/#pin */
export async function pin(ctx: Context, call: Call<Actor>) {
  const status = await getNamedStatus(ctx, call)
  if (status.actorId !== call.viewer.id) throw invalid("Someone else's post cannot be pinned")
  await validated(pinPost(ctx, call.viewer, status.id))
  return loadAndPresentStatus(ctx, call.viewer, status)
}

export async function unpin(ctx: Context, call: Call<Actor>) {
  const status = await getNamedStatus(ctx, call)
  if (status.actorId === call.viewer.id) await unpinPost(ctx, call.viewer, status.id)
  return loadAndPresentStatus(ctx, call.viewer, status)
}
