import type { TxContext } from '../../context.ts'
import { listFilters, type Filter } from '../../store/filters.ts'
import { findStatusIdByUri } from '../accounts/resolve-local.ts'
import { addFilterStatus, changeFilter, createFilter } from '../filters/keep-filter.ts'
import { readFilterRow, type BroughtFilter } from './read-filters.ts'
import type { RowJob, RowWork } from './row-work.ts'

type Found = { readonly filter: BroughtFilter; readonly statusIds: readonly string[] }

/** A filter of the same title is filled up; one that is not there is made. Posts are only those that are known here. */
export const filtersWork: RowWork<Found> = {
  async find({ ctx, row }) {
    const filter = readFilterRow(row.data)
    const ids = await Promise.all(filter.statuses.map((uri) => findStatusIdByUri(ctx, uri)))
    return { filter, statusIds: ids.filter((id) => id !== undefined) }
  },
  async apply(tx, job, { filter, statusIds }) {
    const before = (await listFilters(tx.db, job.account.id)).find(({ title }) => title === filter.title)
    const words = filter.keywords_attributes.filter(({ keyword }) => !hasWord(before, keyword))
    const posts = statusIds.filter((id) => before?.statuses.every(({ statusId }) => statusId !== id) ?? true)
    if (before !== undefined && words.length + posts.length === 0)
      return { outcome: 'kept', targetId: before.id }
    if (job.dryRun) return { outcome: 'added', targetId: before?.id ?? null }
    const keywords = words.map(({ keyword, whole_word: wholeWord }) => ({ keyword, wholeWord }))
    const made = before ?? (await make(tx, job, filter))
    await changeFilter(tx, job.account, made.id, { keywords })
    for (const statusId of posts) await addFilterStatus(tx, job.account, made.id, statusId)
    return { outcome: 'added', targetId: made.id }
  },
}

function hasWord(filter: Filter | undefined, keyword: string): boolean {
  return filter?.keywords.some((each) => each.keyword === keyword) === true
}

function make(tx: TxContext, { account }: RowJob, filter: BroughtFilter): Promise<Filter> {
  const { title, context: contexts, action, expires_at: end } = filter
  return createFilter(tx, account, {
    ...{ title, contexts, action },
    expiresAt: end === null ? null : new Date(end),
  })
}
