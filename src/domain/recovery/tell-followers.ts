import type { Context, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { minuteMs } from '../../lib/time.ts'
import { findBlockedHosts } from '../../store/hosts.ts'
import { enqueue, enqueueAll } from '../../store/jobs.ts'
import { listLetterKinds, type Recovery } from '../../store/recoveries.ts'
import {
  assignActivity,
  assignNotices,
  giveUpFollowers,
  listDueHosts,
  postponeFollowers,
  type DueHost,
  type Say,
} from '../../store/recovery-followers.ts'
import {
  hastenKnown,
  hastenWaiting,
  noteDeliveries,
  noteMeetings,
  noteReturned,
  noteUnheeded,
  readOutlook,
  turnToPersonal,
} from '../../store/recovery-ledger.ts'
import { chooseSay, type Choice } from './choose-say.ts'

/** How long what is said waits for what comes before it. */
const waits = {
  /** Who looks only once is told when it is certain that the account can be found: when somebody came, or after this. */
  updateMs: 60 * minuteMs,
  /** So that a note comes to those only whom nothing else brought along. */
  noticeMs: 60 * minuteMs,
  /** After a server has seen the account. */
  meetMs: 120 * minuteMs,
} as const

/** So many hosts are planned for with one transaction. */
const hostsAtOnce = 500

/**
 * Brings the ledger up to date, and plans what is to be said to those whose turn it is, as far as one transaction goes:
 * what is due after it has its turn next.
 */
export async function tellFollowers(ctx: Context, recovery: Recovery): Promise<void> {
  await transact(ctx, (tx) => refreshLedger(tx, recovery))
  await transact(ctx, async (tx) => {
    const now = tx.now()
    const { hasReturned } = await readOutlook(tx.db, recovery.id)
    const due = await listDueHosts(tx.db, recovery.id, now, hostsAtOnce)
    for (const [, hosts] of Map.groupBy(await chooseAll(tx, recovery, due), keyOf)) {
      const [first] = hosts
      if (first !== undefined)
        await plan(tx, recovery, { ...first, hasReturned, hosts: hosts.map(({ host }) => host) })
    }
  })
}

const unheeded = 'takes sealed letters but does not act on them; the old key would be needed'

/** What became of what was sent, and who has come. */
export async function refreshLedger(tx: TxContext, recovery: Recovery): Promise<void> {
  const { id, startedAt, hurriedAt, hasKey } = recovery
  const now = tx.now()
  await noteReturned(tx.db, id, tx.config.origin, now)
  await noteDeliveries(tx.db, id, now)
  if (!hasKey) await noteUnheeded(tx.db, id, unheeded)
  await noteMeetings(tx.db, id, { now, restMs: hurriedAt === null ? waits.meetMs : 0 })
  await turnToPersonal(tx.db, id, now)
  if (startedAt !== null) await hastenKnown(tx.db, id, now, startedAt)
  const { hasReturned } = await readOutlook(tx.db, id)
  if (hasReturned) await hastenWaiting(tx.db, id, now, 'update')
}

type Chosen = DueHost & { readonly choice: Choice }

async function chooseAll(tx: TxContext, recovery: Recovery, due: readonly DueHost[]): Promise<Chosen[]> {
  const { hasKey } = recovery
  const letters = await listLetterKinds(tx.db, recovery.id)
  const blocked = await findBlockedHosts(
    tx.db,
    due.map(({ host }) => host),
  )
  const own = new URL(tx.config.origin).host
  return due.map((host) => {
    if (host.host === own) return { ...host, choice: { say: 'here' } }
    if (blocked.has(host.host))
      return { ...host, choice: { reason: 'this server has nothing to do with theirs' } }
    return { ...host, choice: chooseSay(host.software, { hasKey, letters }, host.isMet) }
  })
}

function keyOf({ choice, isMet }: Chosen): string {
  return `${'say' in choice ? choice.say : choice.reason}/${isMet}`
}

type Plan = Chosen & {
  readonly hosts: readonly string[]
  /** Whether somebody has found the account here. */
  readonly hasReturned: boolean
}

async function plan(
  tx: TxContext,
  recovery: Recovery,
  { choice, hosts, isMet, hasReturned }: Plan,
): Promise<void> {
  const now = tx.now()
  const those = { hosts, isMet, now }
  if ('reason' in choice) return giveUpFollowers(tx.db, recovery.id, those, choice.reason)
  const { say } = choice
  const until = waitOf(say, recovery, hasReturned)
  if (say === 'here' || until > now)
    return postponeFollowers(tx.db, recovery.id, those, { say, until: say === 'here' ? null : until })
  if (say === 'notice') {
    const ids = await assignNotices(tx.db, recovery.id, those, () => tx.newId())
    const each = ids.map((activityId) => ({ recoveryId: recovery.id, say, activityId }))
    return enqueueAll(tx, 'recovery.said', each)
  }
  const activityId = tx.newId()
  if ((await assignActivity(tx.db, recovery.id, those, { say, activityId })) > 0)
    await enqueue(tx, 'recovery.said', { recoveryId: recovery.id, say, activityId })
}

function waitOf(say: Say, { startedAt, hurriedAt }: Recovery, hasReturned: boolean): Date {
  const start = startedAt?.getTime() ?? 0
  if (say === 'update' && !hasReturned && hurriedAt === null) return new Date(start + waits.updateMs)
  if (say === 'notice' && hurriedAt === null) return new Date(start + waits.noticeMs)
  return new Date(start)
}
