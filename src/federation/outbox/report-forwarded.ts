import type { Context } from '../../context.ts'
import { actorUri, instanceUsername } from '../../domain/accounts/addresses.ts'
import { findAccount, findActor } from '../../store/actors.ts'
import type { Jobs } from '../../store/jobs.ts'
import { findReport } from '../../store/reports.ts'
import { listStatuses } from '../../store/statuses.ts'
import { withContext } from '../vocab/write-follow.ts'
import { sendActivity } from './send.ts'

/**
 * A Flag to the server of whom a report is about, by the instance itself: who complains is not said. The account comes
 * first, as Mastodon sends it.
 */
export async function sendReportForwarded(
  ctx: Context,
  { reportId, statusIds, comment: content }: Jobs['report.forwarded'],
  jobId: string,
): Promise<void> {
  const report = await findReport(ctx.db, reportId)
  const [target, instance] = await Promise.all([
    report && findActor(ctx.db, report.targetId),
    findAccount(ctx.db, instanceUsername),
  ])
  if (target?.uri == null || target.inboxId === null || instance === undefined) return
  const statuses = await listStatuses(ctx.db, statusIds)
  const actor = actorUri(ctx.config, instance)
  const object = [target.uri, ...statuses.flatMap(({ uri }) => uri ?? [])]
  const activity = withContext({ id: `${actor}#reports/${jobId}`, type: 'Flag', actor, content, object })
  await sendActivity(ctx, {
    jobId,
    accountId: instance.id,
    objectId: reportId,
    activity: { ...activity, to: [target.uri] },
    recipients: { inboxIds: [target.inboxId] },
  })
}
