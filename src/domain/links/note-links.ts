import { randomInt } from 'node:crypto'
import type { TxContext } from '../../context.ts'
import { dayMs } from '../../lib/time.ts'
import { enqueueLater } from '../../store/jobs.ts'
import { deleteStatusLink, saveStatusLinks } from '../../store/link-previews.ts'
import { findLink, type Linking } from './find-link.ts'

type Post = Linking & { readonly id: string; readonly visibility: string }

const refreshMs = 14 * dayMs
const mostDelayMs = 60_000

/**
 * Remembers what statuses link to, and has those pages asked that nobody has asked yet. Of what came from elsewhere they
 * are asked at any moment of the minute that follows, since many servers have got the same. What is for named people
 * alone is left out: its links may be as private as it is.
 */
export async function noteLinks(ctx: TxContext, statuses: readonly Post[]): Promise<void> {
  const links = statuses
    .filter(({ visibility }) => visibility !== 'direct')
    .flatMap((status) => {
      const url = findLink(ctx.config, status)
      return url === undefined ? [] : [{ statusId: status.id, url, isLocal: status.isLocal }]
    })
  const now = ctx.now()
  const ago = (ms: number) => new Date(now.getTime() - ms)
  const asked = new Set(await saveStatusLinks(ctx.db, links, now, { card: ago(refreshMs), none: ago(dayMs) }))
  const soon = new Set(links.flatMap(({ isLocal, url }) => (isLocal ? url : [])))
  await enqueueLater(
    ctx,
    'link.preview',
    [...asked].map((url) => ({ url })),
    ({ url }) => (soon.has(url) ? undefined : new Date(now.getTime() + randomInt(mostDelayMs))),
  )
}

/** The same when a status says something else. */
export async function noteLinkAnew(ctx: TxContext, status: Post): Promise<void> {
  if (findLink(ctx.config, status) === undefined) await deleteStatusLink(ctx.db, status.id)
  else await noteLinks(ctx, [status])
}
