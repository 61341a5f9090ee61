import type { Context } from '../../context.ts'
import { findAnyInbox, type Lane } from '../../store/delivery-lanes.ts'
import type { HostNews } from './judge.ts'

/** Asks a host that has failed, and for which nothing waits, whether it is back: any answer below 500 is a yes. */
export async function probeHost(
  ctx: Pick<Context, 'fetch' | 'db'>,
  lane: Lane,
  limits: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<HostNews> {
  const inbox = (await findAnyInbox(ctx.db, lane.hostId)) ?? `https://${lane.host}`
  try {
    const answer = await ctx.fetch(new URL('/.well-known/nodeinfo', inbox), limits)
    return answer.status < 500 ? 'up' : 'down'
  } catch {
    return 'down'
  }
}
