import type { Context } from '../../context.ts'
import { verifyQuote } from '../../domain/quotes/verify-quote.ts'
import type { Jobs } from '../../store/jobs.ts'

/** Asks other servers whether what a post quotes may be shown with it. */
export async function meetQuote(ctx: Context, data: Jobs['quote.met']): Promise<void> {
  await verifyQuote(ctx, data)
}
