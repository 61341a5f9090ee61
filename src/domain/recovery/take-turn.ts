import type { Context, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { dayMs, hourMs } from '../../lib/time.ts'
import type { Jobs } from '../../store/jobs.ts'
import {
  findRecovery,
  listForgottenOpenings,
  listLateRecoveries,
  lockRecovery,
  updateRecovery,
  type Recovery,
} from '../../store/recoveries.ts'
import { beginSweep, readOutlook } from '../../store/recovery-ledger.ts'
import { readItemOutlook } from '../../store/recovery-items.ts'
import { findActor } from '../../store/actors.ts'
import { dropFiles } from './kit-files.ts'
import { dropCopy, unsealOpener } from './kit-copy.ts'
import { dropOpened } from './open-recovery.ts'
import { restoreItems } from './restore-items.ts'
import { restoreKit } from './restore-kit.ts'
import { restorePosts } from './restore-posts.ts'
import { scheduleTurn } from './schedule-turn.ts'
import { tellFollowers } from './tell-followers.ts'

const secondMs = 1000

/** A turn ends well before a job is taken for dead. */
const turnMs = 30 * secondMs

/** After the first telling; then whoever has not come is given up. */
const sweepsAfter = [8 * dayMs, 30 * dayMs, 44 * dayMs] as const

/**
 * One turn of a recovery's work, as much as half a minute holds, and plans the next. Whatever was done is written down
 * with it: a turn that was cut off, or comes twice, goes on where the last ended.
 */
export async function takeTurn(ctx: Context, { recoveryId, at }: Jobs['recovery.turn']): Promise<void> {
  const recovery = await findRecovery(ctx.db, recoveryId)
  const account = recovery && (await findActor(ctx.db, recovery.accountId))
  if (recovery?.turnAt?.toISOString() !== at || account === undefined) return
  if (account.deletedAt !== null) return stop(ctx, recovery, 'stopped')
  const deadline = Date.now() + turnMs
  if (recovery.state === 'restoring' && !(await restoreKit(ctx, account, recovery, deadline)))
    return planNext(ctx, recovery, ctx.now())
  await tellFollowers(ctx, recovery)
  await Promise.all([
    restoreItems(ctx, account, recovery, deadline),
    restorePosts(ctx, account, recovery, deadline),
  ])
  await rest(ctx, recovery)
}

async function rest(ctx: Context, recovery: Recovery): Promise<void> {
  const now = ctx.now()
  if (recovery.nextSweepAt !== null && recovery.nextSweepAt <= now) return sweep(ctx, recovery)
  const { nextDue, isUnderway } = await readOutlook(ctx.db, recovery.id)
  const items = await readItemOutlook(ctx.db, recovery.id)
  // A turn tells so many and no more: whoever was due and not among them has theirs at once.
  if (nextDue !== null && nextDue <= now) return planNext(ctx, recovery, now, 'telling')
  const isResting = nextDue === null && items.nextDue === null && !isUnderway
  if (isResting) await dropFiles(ctx, recovery.id)
  const isWaiting = isUnderway || items.isAsking
  const look = now.getTime() + lookMs({ isResting, isWaiting, age: ageOf(recovery, now) })
  const moments = [nextDue, items.nextDue, recovery.nextSweepAt].flatMap((moment) => moment?.getTime() ?? [])
  const next = new Date(Math.max(Math.min(look, ...moments), now.getTime() + secondMs))
  await planNext(ctx, recovery, next, isResting ? 'resting' : 'telling')
}

type Calm = { readonly isResting: boolean; readonly isWaiting: boolean; readonly age: number }

/** After how long to look for answers again. */
function lookMs({ isResting, isWaiting, age }: Calm): number {
  if (isWaiting && age < 2 * hourMs) return 20 * secondMs
  return isResting && !isWaiting ? 6 * hourMs : 10 * 60 * secondMs
}

function ageOf({ startedAt }: Recovery, now: Date): number {
  return now.getTime() - (startedAt?.getTime() ?? 0)
}

/** All who have not come are told again, twice at most; after that it is over. */
async function sweep(ctx: Context, recovery: Recovery): Promise<void> {
  const next = sweepsAfter[recovery.sweep + 1]
  if (next === undefined) return stop(ctx, recovery, 'done')
  await transact(ctx, async (tx) => {
    if (!(await isOurs(tx, recovery))) return
    await beginSweep(tx.db, recovery.id, tx.now())
    const nextSweepAt = new Date((recovery.startedAt?.getTime() ?? 0) + next)
    await updateRecovery(tx.db, recovery.id, { state: 'telling', sweep: recovery.sweep + 1, nextSweepAt })
    await scheduleTurn(tx, recovery.id, tx.now())
  })
}

async function planNext(ctx: Context, recovery: Recovery, at: Date, state?: string): Promise<void> {
  await transact(ctx, async (tx) => {
    if (!(await isOurs(tx, recovery))) return
    if (state !== undefined) await updateRecovery(tx.db, recovery.id, { state })
    await scheduleTurn(tx, recovery.id, at)
  })
}

async function stop(ctx: Context, recovery: Recovery, state: 'done' | 'stopped'): Promise<void> {
  await dropFiles(ctx, recovery.id)
  if (recovery.kitOpener !== null) await dropCopy(ctx, unsealOpener(ctx, recovery.kitOpener).name)
  await transact(ctx, (tx) => updateRecovery(tx.db, recovery.id, { state, turnAt: null, kitOpener: null }))
}

/** Whether nobody planned another turn meanwhile. */
async function isOurs(tx: TxContext, { id, turnAt }: Recovery): Promise<boolean> {
  const row = await lockRecovery(tx.db, id)
  return row?.turnAt?.getTime() === turnAt?.getTime()
}

/** Takes up again what was missed, and forgets what was opened and not begun for a day. */
export async function sweepRecoveries(ctx: Context): Promise<void> {
  const now = ctx.now().getTime()
  for (const id of await listLateRecoveries(ctx.db, new Date(now - 10 * 60 * secondMs)))
    await transact(ctx, (tx) => scheduleTurn(tx, id, tx.now()))
  for (const id of await listForgottenOpenings(ctx.db, new Date(now - dayMs))) {
    const opened = await findRecovery(ctx.db, id)
    if (opened !== undefined) await dropOpened(ctx, { id: opened.accountId })
  }
}
