import { z } from 'zod'
import type { Context } from '../../context.ts'
import { reportActor } from '../../domain/moderation/report-actor.ts'
import { getVisibleStatus } from '../../domain/statuses/get-visible.ts'
import { listReports } from '../../store/reports.ts'
import type { Actor } from '../../store/actors.ts'
import { findPresentActor } from '../../store/actors.ts'
import { presentReports } from '../entities/report.ts'
import { recordNotFound } from '../errors.ts'
import { flag, id, ids, read, text, texts } from '../input.ts'
import type { Call } from '../route.ts'

const categories = ['spam', 'legal', 'violation', 'other'] as const

/** https://docs.joinmastodon.org/methods/reports/ */
export async function createReport(ctx: Context, { viewer, input }: Call<Actor>) {
  const asked = read(input, {
    account_id: id,
    status_ids: ids,
    comment: text(5000),
    forward: flag,
    category: z.enum(categories).catch('other'),
    rule_ids: texts(20, 20),
  })
  const target = asked.account_id === undefined ? undefined : await findPresentActor(ctx.db, asked.account_id)
  if (target === undefined) throw recordNotFound()
  // What one may not see, one cannot report: nobody learns here whether it is there.
  for (const each of asked.status_ids) await getVisibleStatus(ctx, each, viewer.id)
  const reportId = await reportActor(ctx, viewer, target, {
    statusIds: [...new Set(asked.status_ids)],
    comment: asked.comment ?? '',
    forward: asked.forward === true && !target.isLocal,
    category: asked.rule_ids.length > 0 ? 'violation' : asked.category,
    ruleIds: asked.rule_ids,
  })
  const [report] = await presentReports(ctx, await listReports(ctx.db, [reportId]))
  if (report === undefined) throw recordNotFound()
  return report
}
