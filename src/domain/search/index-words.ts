import { setTimeout as delay } from 'node:timers/promises'
import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { readWantedWords } from '../../store/status-words.ts'
import { noteTags } from '../tags/note-tags.ts'

/** Small, so that nobody waits for it: what arrives comes first. */
const batch = 200
const restMs = 5_000

/** Reads the words of all that is wanted, and its hashtags, a batch at a time. */
export async function indexWords(ctx: Context, signal?: AbortSignal): Promise<void> {
  for (;;) {
    const { isDone } = await transact(ctx, async (tx) => {
      const read = await readWantedWords(tx.db, batch)
      await noteTags(tx, read.ids)
      return read
    })
    if (isDone || signal?.aborted === true) return
  }
}

/** Does so every few seconds, in the background: what was said a moment ago is found soon after. */
export function startIndexing(ctx: Context): { stop(): Promise<void> } {
  const end = new AbortController()
  const running = keepIndexing(ctx, end.signal)
  return {
    stop: async () => {
      end.abort()
      await running
    },
  }
}

async function keepIndexing(ctx: Context, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await indexWords(ctx, signal).catch((error: unknown) =>
      ctx.log.warn({ err: error }, 'The words of what arrived could not be read'),
    )
    await delay(restMs, undefined, { signal }).catch(() => undefined)
  }
}
