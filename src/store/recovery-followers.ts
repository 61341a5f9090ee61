import { sql } from 'kysely'
import type { Db, Tx } from '../context.ts'
import { personalInboxSoftware } from './delivery-plan.ts'

/** How somebody is told: `meet` only lets their server see the account first, `here` are members of this place. */
export type Say = 'move' | 'move_embedded' | 'update' | 'notice' | 'meet' | 'here'

export const followerStates = ['waiting', 'told', 'followed', 'refused', 'unreachable'] as const
export type FollowerState = (typeof followerStates)[number]

export type SavedFollower = {
  readonly actorUri: string
  readonly handle: string
  readonly inbox: string
  readonly sharedInbox: string | null
  readonly host: string
  readonly software: string | null
}

/**
 * Puts followers into the ledger; those in it already stay as they are.
 * @param due when they may be told at the earliest
 */
export async function insertFollowers(
  tx: Tx,
  recoveryId: string,
  followers: readonly SavedFollower[],
  due: Date,
): Promise<void> {
  if (followers.length === 0) return
  const inboxes = followers.flatMap(({ inbox, sharedInbox }) => [
    inbox,
    ...(sharedInbox ? [sharedInbox] : []),
  ])
  await ensureInboxes(tx, [...new Set(inboxes)])
  const rows = sql`
    unnest(
      ${followers.map((each) => each.actorUri)}::text[], ${followers.map((each) => each.handle)}::text[],
      ${followers.map((each) => each.inbox)}::text[], ${followers.map((each) => each.sharedInbox)}::text[],
      ${followers.map((each) => each.host)}::text[], ${followers.map((each) => each.software)}::text[]
    ) with ordinality as r (actor_uri, handle, inbox, shared_inbox, host, software, position)`
  await sql`
    insert into recovery_followers
      (recovery_id, number, actor_uri, handle, inbox_id, shared_inbox_id, host, software, due)
    select ${recoveryId}::bigint,
      (select coalesce(max(number), 0) from recovery_followers where recovery_id = ${recoveryId}::bigint) + r.position,
      r.actor_uri, r.handle, i.id, s.id, r.host, r.software, ${due}
    from ${rows}
    join inboxes i on i.url = r.inbox left join inboxes s on s.url = r.shared_inbox
    on conflict (recovery_id, actor_uri) do nothing`.execute(tx)
}

async function ensureInboxes(tx: Tx, urls: readonly string[]): Promise<void> {
  const hosts = urls.map((url) => new URL(url).host)
  await sql`
    insert into hosts (host) select distinct h from unnest(${hosts}::text[]) h order by h
    on conflict (host) do nothing`.execute(tx)
  await sql`
    insert into inboxes (url, host_id) select u.url, h.id
    from unnest(${[...urls]}::text[], ${hosts}::text[]) u (url, host) join hosts h on h.host = u.host
    order by u.url on conflict (url) do nothing`.execute(tx)
}

/** The hosts of those whom a recovery will tell, of which nobody has asked since what they run. */
export async function listUnknownHosts(db: Db, recoveryId: string, checkedAfter: Date): Promise<string[]> {
  const { rows } = await sql<{ host: string }>`
    select distinct f.host from recovery_followers f join hosts h on h.host = f.host
    where f.recovery_id = ${recoveryId}::bigint and f.state <> 'followed'
      and (h.node_info_checked_at is null or h.node_info_checked_at < ${checkedAfter})`.execute(db)
  return rows.map(({ host }) => host)
}

/** Some of the followers behind one host, who are due. */
export type DueHost = {
  readonly host: string
  /** As it says itself, or as it was when the kit was made. */
  readonly software: string | null
  readonly isMet: boolean
  readonly followers: number
}

/** @param now those who are due, at most of so many hosts */
export async function listDueHosts(tx: Tx, recoveryId: string, now: Date, limit: number): Promise<DueHost[]> {
  const { rows } = await sql<DueHost>`
    select f.host, f.is_met, coalesce(max(h.software), max(f.software)) as software, count(*)::integer as followers
    from recovery_followers f left join hosts h on h.host = f.host
    where f.recovery_id = ${recoveryId}::bigint and f.due <= ${now} and f.state <> 'followed'
    group by f.host, f.is_met order by f.host limit ${limit}`.execute(tx)
  return rows
}

type Choice = { readonly hosts: readonly string[]; readonly isMet: boolean; readonly now: Date }

/** Those who are due behind these hosts wait on. */
export async function postponeFollowers(
  tx: Tx,
  recoveryId: string,
  choice: Choice,
  { say, until }: { readonly say: Say; readonly until: Date | null },
): Promise<void> {
  await updateDue(tx, recoveryId, choice).set({ say, due: until }).execute()
}

/** Nothing that could be sent to those who are due behind these hosts would reach them. */
export async function giveUpFollowers(
  tx: Tx,
  recoveryId: string,
  choice: Choice,
  detail: string,
): Promise<void> {
  const nothing = { say: null, due: null, activityId: null }
  await updateDue(tx, recoveryId, choice)
    .set({ ...nothing, state: 'unreachable', detail })
    .execute()
}

function updateDue(tx: Tx, recoveryId: string, { hosts, isMet, now }: Choice) {
  return tx
    .updateTable('recoveryFollowers')
    .where('recoveryId', '=', recoveryId)
    .where('host', 'in', hosts)
    .where('isMet', '=', isMet)
    .where('due', '<=', now)
    .where('state', '<>', 'followed')
}

/**
 * Those who are due behind these hosts are told with one activity: by the shared inbox where a server has one and fans
 * out what comes to it.
 * @param activityId that it will have
 * @returns how many followers
 */
export async function assignActivity(
  tx: Tx,
  recoveryId: string,
  { hosts, isMet, now }: Choice,
  { say, activityId }: { readonly say: Say; readonly activityId: string },
): Promise<number> {
  const result = await sql`
    update recovery_followers f set say = ${say}, activity_id = ${activityId}::bigint, due = null, detail = null,
      sent_inbox_id = case
        when f.is_personal or ${say} in ('meet', 'notice') or f.shared_inbox_id is null
          or coalesce(h.software, f.software) = any(${personalInboxSoftware}::text[]) then f.inbox_id
        else f.shared_inbox_id end
    from hosts h
    where h.host = f.host and f.recovery_id = ${recoveryId}::bigint and f.host = any(${[...hosts]}::text[])
      and f.is_met = ${isMet} and f.due <= ${now} and f.state <> 'followed'`.execute(tx)
  return Number(result.numAffectedRows ?? 0n)
}

/** Each of those who are due behind these hosts is told with an activity of their own. @returns the activities */
export async function assignNotices(
  tx: Tx,
  recoveryId: string,
  { hosts, now }: Choice,
  newId: () => string,
): Promise<string[]> {
  const due = await tx
    .selectFrom('recoveryFollowers')
    .select('number')
    .where('recoveryId', '=', recoveryId)
    .where('host', 'in', hosts)
    .where('due', '<=', now)
    .where('state', '<>', 'followed')
    .limit(500)
    .execute()
  const ids = due.map(() => newId())
  await sql`
    update recovery_followers f set say = 'notice', activity_id = r.id, due = null, detail = null,
      sent_inbox_id = f.inbox_id
    from unnest(${due.map(({ number }) => number)}::integer[], ${ids}::bigint[]) r (number, id)
    where f.recovery_id = ${recoveryId}::bigint and f.number = r.number`.execute(tx)
  return ids
}

/** Where an activity goes, and to whom. */
export async function listAssigned(
  db: Db,
  recoveryId: string,
  activityId: string,
): Promise<{ number: number; actorUri: string; handle: string; sentInboxId: number | null }[]> {
  return db
    .selectFrom('recoveryFollowers')
    .select(['number', 'actorUri', 'handle', 'sentInboxId'])
    .where('recoveryId', '=', recoveryId)
    .where('activityId', '=', activityId)
    .execute()
}

/** Whoever follows a host's shared inbox twice gets one; what goes to many inboxes of a host keeps its distance. */
export async function spaceDeliveries(tx: Tx, activityId: string, seconds: number): Promise<void> {
  await sql`
    update deliveries d set due = now() + make_interval(secs => (r.n - 1) * ${seconds}::float8)
    from (
      select inbox_id, row_number() over (partition by host_id order by inbox_id) as n
      from deliveries where activity_id = ${activityId}::bigint
    ) r
    where d.activity_id = ${activityId}::bigint and d.inbox_id = r.inbox_id and r.n > 1`.execute(tx)
}

/** Whether this actor followed the account where it was before; if so, they have found it again. */
export async function markReturned(tx: Tx, accountId: string, actorUri: string, at: Date): Promise<boolean> {
  const result = await sql`
    update recovery_followers f set
      state = 'followed', due = null, detail = null, followed_at = coalesce(f.followed_at, ${at})
    from recoveries r
    where r.id = f.recovery_id and r.account_id = ${accountId}::bigint and r.state <> 'opened'
      and f.actor_uri = ${actorUri}`.execute(tx)
  return (result.numAffectedRows ?? 0n) > 0n
}
