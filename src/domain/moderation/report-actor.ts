import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import { enqueue } from '../../store/jobs.ts'
import { keepOwnStatuses, updateReport } from '../../store/reports.ts'
import { fileReport, reportLimits } from './file-report.ts'

export type ReportInput = {
  readonly statusIds: readonly string[]
  readonly comment: string
  /** Also to the server of whom it is about; it does not learn who complains. */
  readonly forward: boolean
  readonly category?: 'spam' | 'legal' | 'violation' | 'other'
  /** Of the rules of this server, those that are broken. */
  readonly ruleIds?: readonly string[]
}

/**
 * A member finds something wrong with somebody, here or elsewhere: for those who moderate here.
 * @returns the id of the report
 * @throws DomainError `invalid` for oneself, a text that is too long, posts that are not theirs, or forwarding what is
 *   about somebody here
 */
export async function reportActor(
  ctx: Context,
  account: Actor,
  target: Actor,
  { statusIds, comment, forward, category, ruleIds = [] }: ReportInput,
): Promise<string> {
  if (account.id === target.id) throw new DomainError('invalid', 'You cannot report yourself.')
  if (comment.length > reportLimits.comment)
    throw new DomainError('invalid', `A comment has at most ${reportLimits.comment} characters.`)
  if (forward && target.isLocal)
    throw new DomainError('invalid', 'A report about somebody here is not forwarded.')
  return transact(ctx, async (tx) => {
    const own = await keepOwnStatuses(tx.db, target.id, statusIds)
    if (own.length !== statusIds.length || own.length > reportLimits.statuses)
      throw new DomainError('invalid', 'A report names up to 100 posts of whom it is about, each once.')
    const about = { reporterId: account.id, targetId: target.id, targetUri: target.uri }
    const reportId = await fileReport(tx, { ...about, statusIds, comment, uri: null })
    if (category !== undefined) await updateReport(tx.db, reportId, { category, ruleIds: [...ruleIds] })
    if (forward) {
      await updateReport(tx.db, reportId, { forwarded: true })
      await enqueue(tx, 'report.forwarded', { reportId, statusIds: [...statusIds], comment })
    }
    return reportId
  })
}
