import type { Context } from '../../context.ts'
import { DomainError } from '../../lib/errors.ts'
import { resolveReport } from '../../store/reports.ts'

/** @throws DomainError `not_found` when no such report is open */
export async function closeReport(ctx: Context, id: string): Promise<void> {
  if (await resolveReport(ctx.db, id, ctx.now())) return
  throw new DomainError('not_found', `There is no open report ${id}.`)
}
