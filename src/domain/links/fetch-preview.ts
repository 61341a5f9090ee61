import type { Context } from '../../context.ts'
import { FetchError } from '../../lib/safe-fetch/fetch-error.ts'
import { isPreviewWanted, saveCard } from '../../store/link-previews.ts'
import { makeCard } from './make-card.ts'

/** Asks a page what it is, once; while it does not answer, what it said before stays. */
export async function fetchPreview(ctx: Context, { url }: { readonly url: string }): Promise<void> {
  if (!(await isPreviewWanted(ctx.db, url))) return
  try {
    await saveCard(ctx.db, url, await makeCard(ctx, url), ctx.now())
  } catch (error) {
    if (!(error instanceof FetchError)) throw error
    ctx.log.debug({ err: error }, 'A page was not to be had')
  }
}
