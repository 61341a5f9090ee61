import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import type { Actor } from '../../store/actors.ts'
import { fileReport } from './file-report.ts'

type ReceivedReport = {
  /** Most servers let their instance actor speak, so that whoever complains stays unknown. */
  readonly by: Actor
  /** One of ours. */
  readonly target: Actor
  readonly statusIds: readonly string[]
  readonly comment: string
  readonly uri: string
}

/** Somebody elsewhere finds something wrong with an account of ours, and posts of it. */
export async function receiveReport(ctx: Context, report: ReceivedReport): Promise<void> {
  const { by, target, statusIds, comment, uri } = report
  await transact(ctx, (tx) =>
    fileReport(tx, {
      reporterId: by.id,
      targetId: target.id,
      targetUri: null,
      statusIds,
      comment,
      uri,
    }),
  )
}
