import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import {
  findRecovery,
  listRecoveries,
  lockRecovery,
  updateRecovery,
  type Recovery,
} from '../../store/recoveries.ts'
import { countItems, type ItemCount } from '../../store/recovery-items.ts'
import {
  countLedger,
  hastenWaiting,
  listLedger,
  type LedgerCounts,
  type LedgerRow,
} from '../../store/recovery-ledger.ts'
import type { FollowerState } from '../../store/recovery-followers.ts'
import { scheduleTurn } from './schedule-turn.ts'
import { refreshLedger } from './tell-followers.ts'

/** How a recovery stands. */
export type RecoveryView = {
  readonly recovery: Recovery
  readonly followers: LedgerCounts
  /** What is restored one by one. */
  readonly items: readonly ItemCount[]
}

/** With the ledger as it is now. @throws DomainError `not_found` unless it is theirs */
export async function describeRecovery(ctx: Context, account: Actor, id: string): Promise<RecoveryView> {
  const recovery = await getRecovery(ctx, account, id)
  if (recovery.state !== 'opened') await transact(ctx, (tx) => refreshLedger(tx, recovery))
  const [followers, items] = [await countLedger(ctx.db, id), await countItems(ctx.db, id)]
  return { recovery, followers, items }
}

/** @throws DomainError `not_found` unless it is theirs */
export async function getRecovery(
  ctx: Pick<Context, 'db'>,
  account: Pick<Actor, 'id'>,
  id: string,
): Promise<Recovery> {
  const recovery = await findRecovery(ctx.db, id)
  if (recovery?.accountId === account.id) return recovery
  throw new DomainError('not_found', 'There is no such recovery.')
}

/** The one that was begun last. @throws DomainError `not_found` when there is none */
export async function getLatestRecovery(ctx: Pick<Context, 'db'>, account: Actor): Promise<Recovery> {
  const [latest] = await listRecoveries(ctx.db, account.id)
  if (latest !== undefined) return latest
  throw new DomainError('not_found', `The account ${account.username} has not come back from anywhere.`)
}

const pageSize = 1000

/** The whole ledger, in the order of the kit. */
export async function* readLedger(
  ctx: Pick<Context, 'db'>,
  recoveryId: string,
  state?: FollowerState,
): AsyncGenerator<LedgerRow> {
  for (let after = 0; ;) {
    const page = await listLedger(ctx.db, recoveryId, { after, limit: pageSize, state })
    yield* page
    const last = page.at(-1)
    if (last === undefined || page.length < pageSize) return
    after = last.number
  }
}

/** What waits for its time goes out at once, at the risk that some servers cannot find the account yet. */
export async function hurryRecovery(ctx: Context, account: Actor, id: string): Promise<void> {
  await transact(ctx, async (tx) => {
    const recovery = await lockRecovery(tx.db, id)
    if (recovery?.accountId !== account.id) throw new DomainError('not_found', 'There is no such recovery.')
    if (recovery.turnAt === null) throw new DomainError('conflict', 'This recovery is over: nothing waits.')
    await updateRecovery(tx.db, id, { hurriedAt: tx.now() })
    await hastenWaiting(tx.db, id, tx.now())
    await scheduleTurn(tx, id, tx.now())
  })
}
