import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { FetchError } from '../../lib/safe-fetch/fetch-error.ts'
import { takeTurn, Turns } from '../../lib/turns.ts'
import { findActor, type Actor } from '../../store/actors.ts'
import { enqueue, type Jobs } from '../../store/jobs.ts'
import { markVerified } from '../../store/profiles.ts'
import { decodePage } from '../links/decode-page.ts'
import { fetchPage, pages } from '../links/fetch-page.ts'
import { readRelMe } from '../links/read-rel-me.ts'
import { isProfileOf, linksToVerify } from './profile-links.ts'

type Job = Jobs['link.verify']

/** How long each further attempt waits, in seconds: after the last one the member has to save their profile again. */
const retryAfterSeconds = [60, 900, 6 * 3600]

/** One page of a host at a time, whoever links to it. */
const hosts = new Turns({ untried: 1, quick: 1, slow: 1 })

/**
 * Looks whether a page in a member's profile links back to it with `rel="me"`: then it is theirs as well, as far as
 * anybody can tell. Whether it still does is not asked again.
 * @throws Postponed
 */
export async function verifyLink(ctx: Context, job: Job): Promise<void> {
  const { accountId, url } = job
  const account = await findActor(ctx.db, accountId)
  if (account === undefined || account.deletedAt !== null || account.hidden) return
  if (!linksToVerify(ctx.config, account.fields).includes(url)) return
  using _turn = takeTurn([hosts, new URL(url).host])
  try {
    if (!(await linksBack(ctx, account, url))) return
    await transact(ctx, (tx) => markVerified(tx.db, accountId, url, tx.now()))
  } catch (error) {
    if (!(error instanceof FetchError)) throw error
    ctx.log.debug({ err: error }, 'A page in a profile was not to be had')
    await tryLater(ctx, job)
  }
}

async function linksBack(ctx: Context, account: Actor, url: string): Promise<boolean> {
  const page = await fetchPage(ctx, url, pages)
  if (page === undefined) return false
  const links = readRelMe(decodePage(page.body, page.contentType), page.url)
  return links.some((link) => isProfileOf(ctx.config, account, link))
}

async function tryLater(ctx: Context, { attempt = 0, ...rest }: Job): Promise<void> {
  const seconds = retryAfterSeconds[attempt]
  if (seconds === undefined) return
  const startAfter = new Date(ctx.now().getTime() + seconds * 1000)
  await transact(ctx, (tx) => enqueue(tx, 'link.verify', { ...rest, attempt: attempt + 1 }, { startAfter }))
}
