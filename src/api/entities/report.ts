import type { Context } from '../../context.ts'
import { listActors } from '../../store/actors.ts'
import type { Report } from '../../store/reports.ts'
import { presentAccountsById, type AccountJson } from './account.ts'
import { isoDate, isoDateOrNull } from './date.ts'

/** https://docs.joinmastodon.org/entities/Report/ */
export type ReportJson = {
  readonly id: string
  readonly action_taken: boolean
  readonly action_taken_at: string | null
  readonly category: string
  readonly comment: string
  readonly forwarded: boolean
  readonly created_at: string
  readonly status_ids: readonly string[]
  readonly collection_ids: null
  readonly rule_ids: readonly string[]
  readonly target_account: AccountJson
}

/** With the same few queries for any number; those about somebody who is not known any more are left out. */
export async function presentReports(ctx: Context, reports: readonly Report[]): Promise<ReportJson[]> {
  const targets = [...new Set(reports.flatMap(({ targetId }) => targetId ?? []))]
  const accounts = await presentAccountsById(ctx, await listActors(ctx.db, targets))
  return reports.flatMap((report) => {
    const target = accounts.get(report.targetId ?? '')
    return target === undefined ? [] : describe(report, target)
  })
}

function describe(report: Report, target: AccountJson): ReportJson {
  return {
    id: report.id,
    action_taken: report.resolvedAt !== null,
    action_taken_at: isoDateOrNull(report.resolvedAt),
    category: report.category,
    comment: report.comment,
    forwarded: report.forwarded,
    created_at: isoDate(report.createdAt),
    status_ids: report.statusIds,
    collection_ids: null,
    rule_ids: report.ruleIds,
    target_account: target,
  }
}
