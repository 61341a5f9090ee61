import type { TxContext } from '../../context.ts'
import { cleanText } from '../../lib/clean-text.ts'
import {
  insertReport,
  keepOwnStatuses,
  lockOpenReport,
  updateReport,
  type Report,
} from '../../store/reports.ts'
import { notifyOfReport } from '../notifications/notify.ts'

/** Of one report, however often it is said again. */
export const reportLimits = { statuses: 100, comment: 5000 } as const

export type NewReport = {
  readonly reporterId: string
  readonly targetId: string
  readonly targetUri: string | null
  /** Only those that are the target's own are kept. */
  readonly statusIds: readonly string[]
  /** Plain text. */
  readonly comment: string
  readonly uri: string | null
}

/**
 * Keeps a report. Between two people one is open at a time: what is said again is added to it, within its limits.
 * @returns its id
 */
export async function fileReport(tx: TxContext, report: NewReport): Promise<string> {
  const { reporterId, targetId } = report
  const own = await keepOwnStatuses(tx.db, targetId, report.statusIds)
  const comment = cleanText(report.comment, reportLimits.comment)
  const id = tx.newId()
  const row = { ...report, id, comment, statusIds: own.slice(0, reportLimits.statuses), createdAt: tx.now() }
  for (;;) {
    if (await insertReport(tx.db, row)) {
      await notifyOfReport(tx, reporterId, id)
      return id
    }
    const open = await lockOpenReport(tx.db, reporterId, targetId)
    // It was resolved after it stood in the way: then there is room for another.
    if (open === undefined) continue
    await updateReport(tx.db, open.id, merge(open, own, comment))
    return open.id
  }
}

function merge(open: Report, statusIds: readonly string[], comment: string) {
  const all = [...new Set([...open.statusIds, ...statusIds])].slice(0, reportLimits.statuses)
  const isNew = comment !== '' && !open.comment.split('\n\n').includes(comment)
  const parts = isNew ? [open.comment, comment] : [open.comment]
  const joined = parts.filter((part) => part !== '').join('\n\n')
  return { statusIds: all, comment: cleanText(joined, reportLimits.comment) }
}
