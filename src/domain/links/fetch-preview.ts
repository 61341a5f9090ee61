import { getDomain } from 'tldts'
import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { FetchError } from '../../lib/safe-fetch/fetch-error.ts'
import { takeTurn, Turns } from '../../lib/turns.ts'
import { enqueue, type Jobs } from '../../store/jobs.ts'
import { isPreviewWanted, saveCard } from '../../store/link-previews.ts'
import { makeCard } from './make-card.ts'

/** How long each further attempt waits, in seconds: after the last one a page is left alone. */
const retryAfterSeconds = [60, 900]

/** One page of a site at a time, whoever links to it. */
const sites = new Turns({ untried: 1, quick: 1, slow: 1 })

/**
 * Asks a page what it is; while it does not answer, what it said before stays.
 * @throws Postponed
 */
export async function fetchPreview(ctx: Context, data: Jobs['link.preview']): Promise<void> {
  const { url } = data
  if (!(await isPreviewWanted(ctx.db, url))) return
  const { host } = new URL(url)
  using _turn = takeTurn([sites, getDomain(host) ?? host])
  try {
    await saveCard(ctx.db, url, await makeCard(ctx, url), ctx.now())
  } catch (error) {
    if (!(error instanceof FetchError)) throw error
    ctx.log.debug({ err: error }, 'A page was not to be had')
    await askLater(ctx, data)
  }
}

async function askLater(ctx: Context, { url, attempt = 0 }: Jobs['link.preview']): Promise<void> {
  const seconds = retryAfterSeconds[attempt]
  if (seconds === undefined) return
  const startAfter = new Date(ctx.now().getTime() + seconds * 1000)
  await transact(ctx, (tx) => enqueue(tx, 'link.preview', { url, attempt: attempt + 1 }, { startAfter }))
}
