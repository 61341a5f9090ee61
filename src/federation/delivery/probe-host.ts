import type { Context } from '../../context.ts'
import type { Lane } from '../../store/delivery-lanes.ts'
import type { Verdict } from './judge.ts'

/** Asks a host that has failed, and for which nothing waits, whether it is back: any answer below 500 is a yes. */
export async function probeHost(
  ctx: Pick<Context, 'fetch' | 'config'>,
  lane: Lane,
): Promise<Verdict['host']> {
  const scheme = ctx.config.allowPrivateAddress ? 'http' : 'https'
  try {
    const answer = await ctx.fetch(`${scheme}://${lane.host}/.well-known/nodeinfo`)
    return answer.status < 500 ? 'up' : 'down'
  } catch {
    return 'down'
  }
}
