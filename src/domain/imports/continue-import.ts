import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { findActor, type Actor } from '../../store/actors.ts'
import {
  endImport,
  findImportState,
  findNextDue,
  leaseImport,
  listDueRows,
  updateImport,
  type Import,
} from '../../store/imports.ts'
import { settleKnownRows, type TiePage } from '../../store/imported-ties.ts'
import { enqueue } from '../../store/jobs.ts'
import type { ImportKind } from './kinds.ts'
import { dropUntold } from './drop-untold.ts'
import { dealWithRow, type Turn } from './deal-with-row.ts'

/** One job works for so long, before another goes on: others want to import, too. */
const turnMs = 20_000
/** Longer than a turn with the slowest of its rows. */
const leaseMs = 60_000
const askAgainMs = 10_000
const batchSize = 64
const knownBatchSize = 1000
const parallel = 8

/** The job: deals with rows for a while, and sees to it that it is gone on with. */
export async function continueImport(ctx: Context, { importId }: { importId: string }): Promise<void> {
  const next = await workOnImport(ctx, importId)
  if (next === undefined) return
  await transact(ctx, (tx) => enqueue(tx, 'import.continued', { importId }, { startAfter: next }))
}

/**
 * Deals with rows until nothing is left to do, nothing can be done yet, or the turn ends.
 * @returns when to go on; undefined when it has ended
 */
export async function workOnImport(ctx: Context, importId: string): Promise<Date | undefined> {
  const now = ctx.now()
  const found = await leaseImport(ctx.db, importId, now, new Date(now.getTime() + leaseMs))
  if (found === undefined) {
    const state = (await findImportState(ctx.db, importId))?.state
    return state === 'pending' || state === 'running' ? new Date(now.getTime() + askAgainMs) : undefined
  }
  try {
    return await takeTurn(ctx, found)
  } finally {
    await updateImport(ctx.db, importId, { leasedUntil: null })
  }
}

async function takeTurn(ctx: Context, found: Import): Promise<Date | undefined> {
  const account = await findActor(ctx.db, found.accountId)
  const refusal = findRefusal(account)
  if (account === undefined || refusal !== undefined) {
    await endImport(ctx.db, found.id, 'failed', ctx.now(), refusal ?? 'The account is not here any more.')
    return undefined
  }
  const turn: Turn = {
    ...{ account, found, end: performance.now() + turnMs },
    ...{ unanswering: new Map(), inHand: new Map() },
  }
  await settleKnown(ctx, turn)
  while (performance.now() < turn.end) {
    const rows = await listDueRows(ctx.db, found.id, ctx.now(), batchSize)
    if (rows.length === 0) return findRest(ctx, turn)
    const waiting = rows.values()
    const work = async () => {
      for (const row of waiting) await dealWithRow(ctx, turn, row)
    }
    await Promise.all(Array.from({ length: parallel }, work))
    if (await isOver(ctx, found.id)) return undefined
  }
  return ctx.now()
}

function findRefusal(account: Actor | undefined): string | undefined {
  if (account === undefined || account.deletedAt !== null || account.suspendedAt !== null)
    return 'The account may not act.'
  return account.movedTo === null ? undefined : 'The account has moved away.'
}

/** What is so already needs no row by row: that is seen when it begins. */
async function settleKnown(ctx: Context, { found, account, end }: Turn): Promise<void> {
  const kind = found.kind as ImportKind
  if (kind === 'filters' || found.added + found.kept > 0) return
  const of = { importId: found.id, accountId: account.id, handleDomain: ctx.config.handleDomain }
  let after: string | undefined = '0'
  while (after !== undefined && performance.now() < end) {
    const page: TiePage = { after, limit: knownBatchSize }
    after = await transact(ctx, (tx) => settleKnownRows(tx.db, kind, of, page))
  }
}

async function isOver(ctx: Context, id: string): Promise<boolean> {
  const state = (await findImportState(ctx.db, id))?.state
  return state !== 'pending' && state !== 'running'
}

/** When every row is dealt with, what the file does not name goes, if that is wished. */
async function findRest(ctx: Context, turn: Turn): Promise<Date | undefined> {
  const due = await findNextDue(ctx.db, turn.found.id)
  if (due !== undefined) return due ?? ctx.now()
  const isDone = turn.found.mode !== 'overwrite' || (await dropUntold(ctx, turn))
  if (!isDone) return ctx.now()
  await endImport(ctx.db, turn.found.id, 'done', ctx.now())
  return undefined
}
