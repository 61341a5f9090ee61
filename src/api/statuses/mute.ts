import type { Context } from '../../context.ts'
import { muteThread, unmuteThread } from '../../domain/threads/mute-thread.ts'
import type { Actor } from '../../store/actors.ts'
import { loadAndPresentStatus } from '../entities/status.ts'
import type { Call } from '../route.ts'

/** https://docs.joinmastodon.org/methods/statuses/#mute: no more is heard of the thread. */
export async function muteConversation(ctx: Context, { params, viewer }: Call<Actor>) {
  return loadAndPresentStatus(ctx, viewer, await muteThread(ctx, viewer, params['id'] ?? ''))
}

export async function unmuteConversation(ctx: Context, { params, viewer }: Call<Actor>) {
  return loadAndPresentStatus(ctx, viewer, await unmuteThread(ctx, viewer, params['id'] ?? ''))
}
