import { sql } from 'kysely'
import type { Db, Tx } from '../context.ts'
import { followerStates, type FollowerState, type Say } from './recovery-followers.ts'

/** Who follows the account by now has come, however they learnt of it. @param origin ours: members are named by it */
export async function noteReturned(tx: Tx, recoveryId: string, origin: string, at: Date): Promise<void> {
  await sql`
    update recovery_followers f set state = 'followed', due = null, detail = null, followed_at = ${at}
    from recoveries r, follows w left join accounts a on a.id = w.follower_id and w.follower_uri is null
    where r.id = ${recoveryId}::bigint and f.recovery_id = r.id and f.state <> 'followed'
      and w.target_id = r.account_id
      and f.actor_uri = coalesce(w.follower_uri, ${origin} || '/users/' || a.username)`.execute(tx)
}

/**
 * What became of what was sent. That it arrived means that a server was told, and no more; of what it was to see first
 * nothing is said.
 */
export async function noteDeliveries(tx: Tx, recoveryId: string, at: Date): Promise<void> {
  await sql`
    update recovery_followers f set
      state = case d.state
        when 'delivered' then 'told' when 'refused' then 'refused' when 'pending' then f.state
        else 'unreachable' end,
      told_at = case when d.state = 'delivered' then ${at} else f.told_at end,
      detail = case when d.state = 'delivered' then null else d.last_error end
    from deliveries d
    where f.recovery_id = ${recoveryId}::bigint and f.activity_id is not null and f.state <> 'followed'
      and f.say <> 'meet' and d.activity_id = f.activity_id and d.inbox_id = f.sent_inbox_id
      and (d.state <> 'pending' or d.last_error is distinct from f.detail)
      and not (d.state = 'delivered' and f.state = 'told')`.execute(tx)
}

/**
 * Whoever believes an Update takes a letter and does nothing, except Misskey before 2024.5 and what was Sharkey then.
 * @param detail why those who were told will hardly come
 */
export async function noteUnheeded(tx: Tx, recoveryId: string, detail: string): Promise<void> {
  await sql`
    update recovery_followers f set detail = ${detail} from hosts h
    where f.recovery_id = ${recoveryId}::bigint and f.state = 'told' and f.say = 'update' and f.detail is null
      and h.host = f.host
      and (coalesce(h.software, f.software) not in ('misskey', 'sharkey')
        or coalesce(h.software_version, '') !~ '^([0-9]{1,2}|20[01][0-9]|202[0-3]|2024[.][1-4])[.]')`.execute(
    tx,
  )
}

/** What a server has seen of the account; it is told after a while. One that would not look is told at once. */
export async function noteMeetings(
  tx: Tx,
  recoveryId: string,
  { now, restMs }: { readonly now: Date; readonly restMs: number },
): Promise<void> {
  await sql`
    update recovery_followers f set is_met = true, activity_id = null, say = 'move',
      due = case when d.state = 'delivered' then ${new Date(now.getTime() + restMs)}::timestamptz else ${now} end
    from deliveries d
    where f.recovery_id = ${recoveryId}::bigint and f.say = 'meet' and f.state <> 'followed'
      and d.activity_id = f.activity_id and d.inbox_id = f.sent_inbox_id and d.state <> 'pending'`.execute(tx)
}

/** Where a shared inbox wants nothing of it, each follower's own is tried, once. */
export async function turnToPersonal(tx: Tx, recoveryId: string, now: Date): Promise<void> {
  await sql`
    update recovery_followers f set is_personal = true, activity_id = null, due = ${now}
    from deliveries d
    where f.recovery_id = ${recoveryId}::bigint and not f.is_personal and f.state <> 'followed'
      and d.activity_id = f.activity_id and d.inbox_id = f.sent_inbox_id
      and f.sent_inbox_id = f.shared_inbox_id and f.shared_inbox_id <> f.inbox_id
      and d.last_status in (401, 403, 404, 410) and d.state <> 'delivered'`.execute(tx)
}

/** Hosts of which it is known by now what they run need not be waited for. */
export async function hastenKnown(tx: Tx, recoveryId: string, now: Date, checkedAfter: Date): Promise<void> {
  await sql`
    update recovery_followers f set due = ${now} from hosts h
    where f.recovery_id = ${recoveryId}::bigint and f.due > ${now} and f.say is null
      and h.host = f.host and h.node_info_checked_at > ${checkedAfter}`.execute(tx)
}

/** Those who wait for a sign that the account can be found, which there is: or all who wait for their time. */
export async function hastenWaiting(tx: Tx, recoveryId: string, now: Date, say?: Say): Promise<void> {
  let query = tx
    .updateTable('recoveryFollowers')
    .set({ due: now })
    .where('recoveryId', '=', recoveryId)
    .where('due', '>', now)
  if (say !== undefined) query = query.where('say', '=', say)
  await query.execute()
}

/**
 * All who were told, or could not be, and have not come are told again, each in their own inbox. Not those whose server
 * looks at an Update only once, unless none arrived; not those who had a notice; nor those whom nothing reaches.
 */
export async function beginSweep(tx: Tx, recoveryId: string, now: Date): Promise<void> {
  await sql`
    update recovery_followers set due = ${now}, activity_id = null, is_personal = (say <> 'update')
    where recovery_id = ${recoveryId}::bigint and due is null and state in ('told', 'refused', 'unreachable')
      and say in ('move', 'move_embedded', 'update') and not (say = 'update' and told_at is not null)`.execute(
    tx,
  )
}

/** Another kit: whoever could not be told with the one before, or did nothing on its letters, may be with this. */
export async function beginAgain(tx: Tx, recoveryId: string, now: Date): Promise<void> {
  await sql`
    update recovery_followers f set due = ${now}, state = 'waiting', activity_id = null, detail = null
    from recoveries r
    where f.recovery_id = ${recoveryId}::bigint and r.id = f.recovery_id and f.due is null
      and ((f.say is null and f.state = 'unreachable')
        or (r.has_key and f.say = 'update' and f.state = 'told' and f.detail is not null))`.execute(tx)
}

export type Outlook = {
  /** When the next of them are due; null when nobody waits. */
  readonly nextDue: Date | null
  /** Whether something that was sent is still on its way. */
  readonly isUnderway: boolean
  readonly hasReturned: boolean
}

export async function readOutlook(db: Db, recoveryId: string): Promise<Outlook> {
  const { rows } = await sql<Outlook>`
    select min(f.due) filter (where f.state <> 'followed') as next_due,
      coalesce(bool_or(f.state = 'waiting' and f.activity_id is not null), false) as is_underway,
      coalesce(bool_or(f.state = 'followed'), false) as has_returned
    from recovery_followers f where f.recovery_id = ${recoveryId}::bigint`.execute(db)
  return rows[0]!
}

export type LedgerCounts = Readonly<Record<FollowerState, number>>

export async function countLedger(db: Db, recoveryId: string): Promise<LedgerCounts> {
  const rows = await db
    .selectFrom('recoveryFollowers')
    .select((eb) => ['state', eb.fn.countAll<string>().as('n')])
    .where('recoveryId', '=', recoveryId)
    .groupBy('state')
    .execute()
  const found = new Map(rows.map(({ state, n }) => [state, Number(n)]))
  return Object.fromEntries(followerStates.map((state) => [state, found.get(state) ?? 0])) as LedgerCounts
}

/** How the followers behind one host stand. */
export type LedgerHost = LedgerCounts & {
  readonly host: string
  readonly software: string | null
  readonly detail: string | null
}

/** Those with most followers first. */
export async function listLedgerHosts(db: Db, recoveryId: string, limit: number): Promise<LedgerHost[]> {
  const count = (state: FollowerState) => sql`count(*) filter (where f.state = ${sql.lit(state)})::integer`
  const { rows } = await sql<LedgerHost>`
    select f.host, coalesce(max(h.software), max(f.software)) as software, max(f.detail) as detail,
      ${count('waiting')} as waiting, ${count('told')} as told, ${count('followed')} as followed,
      ${count('refused')} as refused, ${count('unreachable')} as unreachable
    from recovery_followers f left join hosts h on h.host = f.host
    where f.recovery_id = ${recoveryId}::bigint
    group by f.host order by count(*) desc, f.host limit ${limit}`.execute(db)
  return rows
}

export type LedgerRow = {
  readonly number: number
  readonly actorUri: string
  readonly handle: string
  readonly host: string
  readonly software: string | null
  readonly state: FollowerState
  readonly say: Say | null
  readonly toldAt: Date | null
  readonly followedAt: Date | null
  readonly detail: string | null
}

/** One page of it, in the order of the kit. */
export async function listLedger(
  db: Db,
  recoveryId: string,
  page: { readonly after: number; readonly limit: number; readonly state?: FollowerState | undefined },
): Promise<LedgerRow[]> {
  const { rows } = await sql<LedgerRow>`
    select f.number, f.actor_uri, f.handle, f.host, coalesce(h.software, f.software) as software, f.state, f.say,
      f.told_at, f.followed_at, f.detail
    from recovery_followers f left join hosts h on h.host = f.host
    where f.recovery_id = ${recoveryId}::bigint and f.number > ${page.after}
      and (${page.state ?? null}::text is null or f.state = ${page.state ?? null})
    order by f.number limit ${page.limit}`.execute(db)
  return rows
}
