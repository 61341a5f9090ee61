import type { Context } from '../../context.ts'
import { completeThread } from '../../domain/threads/complete-thread.ts'
import { loadThread } from '../../domain/threads/load-thread.ts'
import { presentStatuses } from '../entities/status.ts'
import type { Call } from '../route.ts'

/**
 * https://docs.joinmastodon.org/methods/statuses/#context. For a member, what is missing here is asked for at the servers
 * that have it: who looks again sees it.
 */
export async function showContext(ctx: Context, { params, viewer }: Call) {
  const { ancestors, status, descendants } = await loadThread(ctx, params['id'] ?? '', viewer?.id, 'open')
  if (viewer !== undefined) await askForRest(ctx, status.status.id)
  const presented = await presentStatuses(ctx, viewer, [...ancestors, ...descendants])
  return { ancestors: presented.slice(0, ancestors.length), descendants: presented.slice(ancestors.length) }
}

async function askForRest(ctx: Context, statusId: string): Promise<void> {
  await completeThread(ctx, statusId).catch((error: unknown) =>
    ctx.log.warn({ err: error, statusId }, 'A thread could not be asked for'),
  )
}
