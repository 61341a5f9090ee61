import type { FollowerState } from '../../store/recovery-followers.ts'
import type { LedgerRow } from '../../store/recovery-ledger.ts'

/** What each state of a follower means, for people. */
export const stateWords: Readonly<Record<FollowerState, string>> = {
  waiting: 'waits to be told',
  told: 'was told, and has not come yet',
  followed: 'follows you here',
  refused: 'was not told: their server refused it',
  unreachable: 'cannot be told',
}

/** The same of none or several. */
export const stateWordsOfMany: Readonly<Record<FollowerState, string>> = {
  waiting: 'wait to be told',
  told: 'were told, and have not come yet',
  followed: 'follow you here',
  refused: 'were not told: their servers refused it',
  unreachable: 'cannot be told',
}

export const ledgerColumns = [
  'actor',
  'handle',
  'host',
  'software',
  'state',
  'told_by',
  'told_at',
  'followed_at',
  'detail',
] as const

/** A row of the ledger, as scripts and spreadsheets read it. */
export function writeLedgerRow(row: LedgerRow): Readonly<Record<(typeof ledgerColumns)[number], string>> {
  return {
    actor: row.actorUri,
    handle: row.handle,
    host: row.host,
    software: row.software ?? '',
    state: row.state,
    told_by: row.say ?? '',
    told_at: row.toldAt?.toISOString() ?? '',
    followed_at: row.followedAt?.toISOString() ?? '',
    detail: row.detail ?? '',
  }
}
