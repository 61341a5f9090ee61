import { DomainError } from '../../lib/errors.ts'
import { isDomainBlockedBy } from '../../store/account-domain-blocks.ts'
import { hasBookmark } from '../../store/bookmarks.ts'
import { findStatusIdByUri } from '../accounts/resolve-local.ts'
import { bookmarkStatus } from '../bookmarks/bookmark-status.ts'
import { blockDomainFor, countTiesTo } from '../domain-blocks/block-domain-for.ts'
import { getVisibleStatus } from '../statuses/get-visible.ts'
import type { RowJob, RowWork } from './row-work.ts'

/** As `blockDomainFor`: follows to and from the domain end. */
export const domainBlocksWork: RowWork<undefined> = {
  find: async () => undefined,
  async apply(tx, { account, dryRun, row }) {
    if (await isDomainBlockedBy(tx.db, account.id, row.subject)) return { outcome: 'kept', targetId: null }
    const ties = await countTiesTo(tx, account, row.subject)
    if (!dryRun) await blockDomainFor(tx, account, row.subject)
    const ended = ties.following + ties.followers
    const detail = `Ends ${ended} ${ended === 1 ? 'follow' : 'follows'}.`
    return { outcome: 'added', targetId: null, ...(ended > 0 && { detail }) }
  },
}

export const bookmarksWork: RowWork<string> = {
  find: findPost,
  async apply(tx, { account, dryRun }, statusId) {
    if (await hasBookmark(tx.db, account.id, statusId)) return { outcome: 'kept', targetId: statusId }
    if (dryRun) await getVisibleStatus(tx, statusId, account.id)
    else await bookmarkStatus(tx, account, statusId)
    return { outcome: 'added', targetId: statusId }
  },
}

/** @throws DomainError */
async function findPost(job: RowJob): Promise<string> {
  const { ctx, row } = job
  const known = await findStatusIdByUri(ctx, row.subject)
  if (known !== undefined) return known
  if (row.host === '') throw new DomainError('not_found', 'There is no such post here.')
  await job.knock()
  const found = await ctx.remote.resolveStatus(row.subject)
  if (found !== undefined) return found.id
  await job.knock()
  const answer = await ctx.remote.askNote(row.subject)
  if (answer === 'unavailable') throw new DomainError('unavailable', `${row.host} does not answer.`)
  throw new DomainError('not_found', 'The post is gone, or not for everybody to see.')
}
