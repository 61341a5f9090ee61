import { setTimeout as delay } from 'node:timers/promises'
import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import { minuteMs } from '../../lib/time.ts'
import { findActor, type Actor } from '../../store/actors.ts'
import { enqueue } from '../../store/jobs.ts'
import type { Recovery } from '../../store/recoveries.ts'
import { listDueItems, takeAnswered, updateItem, type RecoveryItem } from '../../store/recovery-items.ts'
import { restoreItem } from './restore-item.ts'

/** After each failure, until the next try; then it is given up. */
const restsMs = [1, 10, 60, 6 * 60, 24 * 60, 3 * 24 * 60].map((minutes) => minutes * minuteMs)

/** So many hosts at a time, and each of them once a second at most. */
const hostsAtOnce = 16
const roundMs = 1000

/** Restores what others have to be asked for, one thing of each host after another, until `deadline`. */
export async function restoreItems(
  ctx: Context,
  account: Actor,
  recovery: Recovery,
  deadline: number,
): Promise<void> {
  await endFormerFollows(ctx, recovery)
  while (Date.now() < deadline) {
    const began = Date.now()
    const items = await listDueItems(ctx.db, recovery.id, ctx.now(), hostsAtOnce)
    if (items.length === 0) return
    // A member may change while their account comes back: what they are is read anew.
    const current = (await findActor(ctx.db, account.id)) ?? account
    await Promise.all(items.map((item) => tryItem(ctx, current, recovery, item)))
    const isRemote = items.some(({ host }) => host !== '')
    if (isRemote) await delay(Math.max(0, roundMs - (Date.now() - began)))
  }
}

async function tryItem(ctx: Context, account: Actor, { id }: Recovery, item: RecoveryItem): Promise<void> {
  const { number, attempts } = item
  try {
    const state = await restoreItem(ctx, account, item, id)
    await transact(ctx, (tx) => updateItem(tx.db, id, number, { state, due: null, attempts, detail: null }))
  } catch (error) {
    const detail = error instanceof DomainError ? error.message : 'It could not be read.'
    if (!(error instanceof DomainError)) ctx.log.warn({ err: error, recovery: id, number }, 'Not restored')
    const rest = restsMs[attempts]
    const due = rest === undefined ? null : new Date(ctx.now().getTime() + rest)
    const failed = {
      state: due === null ? 'failed' : 'waiting',
      due,
      attempts: attempts + 1,
      detail,
    } as const
    await transact(ctx, (tx) => updateItem(tx.db, id, number, failed))
  }
}

const answersAtOnce = 500

/** Who accepted the account here need not send what it would read to where it was. */
async function endFormerFollows(ctx: Context, { id, hasKey }: Recovery): Promise<void> {
  await transact(ctx, async (tx) => {
    for (const { actor, inboxId } of await takeAnswered(tx.db, id, answersAtOnce))
      if (hasKey && inboxId !== null)
        await enqueue(tx, 'recovery.parted', { recoveryId: id, targetUri: actor, inboxId })
  })
}
