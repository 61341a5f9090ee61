import type { TxContext } from '../../context.ts'
import { enqueue } from '../../store/jobs.ts'

/** How long counts may be behind elsewhere: votes of so many seconds are told together. */
const tellSeconds = 180

/** Tells everybody whom a poll of ours is for how it stands: soon, and no more often than that. */
export async function tellSoon(tx: TxContext, statusId: string): Promise<void> {
  const startAfter = new Date(tx.now().getTime() + tellSeconds * 1000)
  await enqueue(tx, 'poll.voted', { statusId }, { startAfter, once: { key: statusId, seconds: tellSeconds } })
}

/** A poll of ours ends at its time. */
export async function scheduleClosing(tx: TxContext, statusId: string, endsAt: Date): Promise<void> {
  await enqueue(tx, 'poll.closed', { statusId }, { startAfter: endsAt })
}

/** The server of a poll counts what is still on its way when it ends. */
const settledAfterMs = 2 * 60_000
/** An end that is further away is not waited for. */
const furthestMs = 366 * 24 * 3600_000
const lookSeconds = 3600

/**
 * The result of a poll elsewhere is asked for once, shortly after its end. However often that is moved, one plan of those
 * that come within two minutes follows another.
 * @param again whether that was planned before, for another end
 */
export async function scheduleLastLook(
  tx: TxContext,
  statusId: string,
  endsAt: Date | null,
  { again = false } = {},
): Promise<void> {
  const ahead = endsAt === null ? -1 : endsAt.getTime() - tx.now().getTime()
  if (endsAt === null || ahead <= 0 || ahead > furthestMs) return
  const startAfter = new Date(endsAt.getTime() + settledAfterMs)
  const once = again
    ? { key: `${statusId} again`, seconds: settledAfterMs / 1000 }
    : { key: statusId, seconds: lookSeconds }
  await enqueue(tx, 'poll.ended', { statusId }, { startAfter, once })
}
