import type { Context } from '../../context.ts'
import { firstIdAt } from '../../lib/ids.ts'
import { hourMs } from '../../lib/time.ts'
import { listUnreadThreads } from '../../store/threads.ts'
import { completeThread } from './complete-thread.ts'

/** What was just said has no answers yet, and what was said the day before yesterday is asked for by its readers. */
const youngestMs = hourMs
const oldestMs = 26 * hourMs
const mostThreads = 300

/** Has the answers fetched to what our people said, and those whom they follow, or what they boosted. Once an hour. */
export async function sweepThreads(ctx: Context): Promise<void> {
  const now = ctx.now().getTime()
  const between = {
    after: firstIdAt(new Date(now - oldestMs)),
    before: firstIdAt(new Date(now - youngestMs)),
  }
  for (const id of await listUnreadThreads(ctx.db, between, mostThreads)) await completeThread(ctx, id)
}
