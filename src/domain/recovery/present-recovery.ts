import type { LedgerHost, LedgerRow } from '../../store/recovery-ledger.ts'
import type { RecoveryView } from './describe-recovery.ts'

/** How a recovery stands, as scripts and apps read it. */
export function presentRecovery({ recovery, followers, items }: RecoveryView) {
  const { id, state, formerUri, formerHandle, kitMadeAt, hasKey, facts, startedAt } = recovery
  return {
    id,
    state,
    former: formerUri,
    handle: formerHandle,
    made_at: kitMadeAt.toISOString(),
    has_key: hasKey,
    holds: facts,
    started_at: startedAt?.toISOString() ?? null,
    sweep: recovery.sweep,
    next_sweep_at: recovery.nextSweepAt?.toISOString() ?? null,
    followers,
    items: items.map(({ kind, state: itemState, count }) => ({ kind, state: itemState, count })),
  }
}

export function presentHost({
  host,
  software,
  detail,
  waiting,
  told,
  followed,
  refused,
  unreachable,
}: LedgerHost) {
  return { host, software, waiting, told, followed, refused, unreachable, detail }
}

export function presentLedgerRow(row: LedgerRow) {
  return {
    id: String(row.number),
    actor: row.actorUri,
    handle: row.handle,
    host: row.host,
    software: row.software,
    state: row.state,
    told_by: row.say,
    told_at: row.toldAt?.toISOString() ?? null,
    followed_at: row.followedAt?.toISOString() ?? null,
    detail: row.detail,
  }
}
