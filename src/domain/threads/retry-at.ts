import type { Context } from '../../context.ts'
import { threadLimits } from './limits.ts'

/** When to try once more: after an hour, then after four. */
export function retryAt(ctx: Pick<Context, 'now'>, attempt: number): Date {
  return new Date(ctx.now().getTime() + threadLimits.againAfterMs * 4 ** attempt)
}
