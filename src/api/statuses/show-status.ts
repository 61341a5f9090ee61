import type { Context } from '../../context.ts'
import { listVisibleIds } from '../../store/threads.ts'
import { loadAndPresentStatus } from '../entities/status.ts'
import { ids, read } from '../input.ts'
import type { Call } from '../route.ts'
import { getNamedStatus, presentByIds } from './status-answer.ts'

/** https://docs.joinmastodon.org/methods/statuses/#get */
export async function showStatus(ctx: Context, call: Call) {
  return loadAndPresentStatus(ctx, call.viewer, await getNamedStatus(ctx, call))
}

/** How many at once, as Mastodon has it. */
const mostStatuses = 40

/** https://docs.joinmastodon.org/methods/statuses/#index: those that the caller may see. */
export async function showStatuses(ctx: Context, { input, viewer }: Call) {
  const wanted = [...new Set(read(input, { id: ids }).id)].slice(0, mostStatuses)
  const visible = new Set(await listVisibleIds(ctx.db, wanted, viewer?.id, mostStatuses))
  return presentByIds(
    ctx,
    viewer,
    wanted.filter((each) => visible.has(each)),
  )
}
