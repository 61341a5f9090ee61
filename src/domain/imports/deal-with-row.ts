import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import { postponeRows, settleRow, type Import, type ImportRow } from '../../store/imports.ts'
import type { ImportKind } from './kinds.ts'
import { awaitTurn, NotNow } from './pace.ts'
import type { RowJob, RowWork } from './row-work.ts'
import { filtersWork } from './work-on-filters.ts'
import { listsWork } from './work-on-lists.ts'
import { bookmarksWork, domainBlocksWork } from './work-on-others.ts'
import { blocksWork, followingWork, mutesWork } from './work-on-people.ts'

/** Some of the work on an import. */
export type Turn = {
  readonly account: Actor
  readonly found: Import
  /** A moment of `performance.now()`. */
  readonly end: number
  /** Hosts that did not answer for the last so many rows. */
  readonly unanswering: Map<string, number>
  /** What is being done with rows, by what they name: two that name the same wait for each other. */
  readonly inHand: Map<string, Promise<void>>
}

/** After so many rows in a row for which a host did not answer, its others wait as well. */
const patience = 3

/** How long a host that does not answer is left alone, each time; after that its rows have failed. */
const waits = [60_000, 10 * 60_000, 60 * 60_000] as const

const works: { readonly [Kind in ImportKind]: RowWork<unknown> } = {
  following: followingWork,
  blocks: blocksWork,
  mutes: mutesWork,
  domain_blocks: domainBlocksWork,
  lists: listsWork,
  bookmarks: bookmarksWork,
  filters: filtersWork,
}

/** After whatever else is being done about what the row names. */
export async function dealWithRow(ctx: Context, turn: Turn, row: ImportRow): Promise<void> {
  const earlier = turn.inHand.get(row.subject) ?? Promise.resolve()
  const work = earlier.then(() => deal(ctx, turn, row))
  turn.inHand.set(row.subject, work)
  await work
  if (turn.inHand.get(row.subject) === work) turn.inHand.delete(row.subject)
}

/** What a row says is done and counted in one transaction, so that it is done once. */
async function deal(ctx: Context, turn: Turn, row: ImportRow): Promise<void> {
  const mayAsk = () => (turn.unanswering.get(row.host) ?? 0) < patience
  if (!mayAsk() || performance.now() > turn.end) return
  const work = works[turn.found.kind as ImportKind]
  let visit: Promise<void> | undefined
  const knock = () => (visit ??= awaitTurn(row.host, turn.end, mayAsk))
  const job: RowJob = { ctx, account: turn.account, row, dryRun: turn.found.dryRun, knock }
  try {
    const target: unknown = await work.find(job)
    turn.unanswering.delete(row.host)
    await transact(ctx, async (tx) => {
      const { detail = null, ...result } = await work.apply(tx, job, target)
      await settleRow(tx.db, turn.found.id, row.number, { ...result, detail })
    })
  } catch (error) {
    if (!(error instanceof NotNow)) await settleFailure(ctx, turn, row, error)
  }
}

async function settleFailure(ctx: Context, turn: Turn, row: ImportRow, error: unknown): Promise<void> {
  const { id } = turn.found
  if (error instanceof DomainError && error.code !== 'unavailable' && error.code !== 'limited') {
    turn.unanswering.delete(row.host)
    const failed = { outcome: 'failed', detail: error.message.slice(0, 300), targetId: null } as const
    await transact(ctx, (tx) => settleRow(tx.db, id, row.number, failed))
    return
  }
  const isKnown = error instanceof DomainError
  if (!isKnown) ctx.log.warn({ err: error, importId: id, row: row.number }, 'A row could not be imported')
  const detail = isKnown ? error.message.slice(0, 300) : 'Something went wrong here.'
  const how = { detail, now: ctx.now(), waits }
  await transact(ctx, (tx) => postponeRows(tx.db, id, { host: row.host, number: row.number }, how))
  if (!isKnown || row.host === '') return
  const misses = (turn.unanswering.get(row.host) ?? 0) + 1
  turn.unanswering.set(row.host, misses)
  if (misses >= patience)
    await transact(ctx, (tx) => postponeRows(tx.db, id, { host: row.host, number: null }, how))
}
