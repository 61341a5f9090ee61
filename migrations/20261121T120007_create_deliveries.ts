import { sql, type Kysely } from 'kysely'

/**
 * The delivery ledger. An activity is stored once; a delivery is a narrow row per inbox; a lane is the state
 * of one host, and whoever leases the lane is the only one who sends there. Neither has foreign keys: checking them row
 * by row is a good part of the time that planning takes, and one statement writes them all.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table outgoing_activities (
      id bigint primary key,
      account_id bigint not null references accounts (id),
      former_identity_id bigint references former_identities (id),
      job_id uuid unique,
      object_id bigint,
      followers_of bigint,
      actor_ids bigint[] not null default '{}',
      body text not null
    )`.execute(db)
  await sql`comment on column outgoing_activities.job_id is
    'the job that planned it: running that job twice plans once'`.execute(db)
  await sql`comment on column outgoing_activities.object_id is
    'the post, follow or account it is about: what is said of one thing goes to an inbox in order'`.execute(
    db,
  )
  await sql`comment on column outgoing_activities.followers_of is
    'whom it is for: all followers of this account, and the actors in actor_ids'`.execute(db)
  await sql`create index outgoing_activities_object on outgoing_activities (object_id, id)
    where object_id is not null`.execute(db)
  await sql`create type delivery_state as enum ('pending', 'delivered', 'refused', 'expired', 'dead')`.execute(
    db,
  )
  await sql`
    create table deliveries (
      activity_id bigint not null,
      due timestamptz not null,
      inbox_id integer not null,
      host_id integer not null,
      state delivery_state not null default 'pending',
      attempts smallint not null default 0,
      last_status smallint,
      last_error text,
      replayed_at timestamptz,
      primary key (activity_id, inbox_id)
    )`.execute(db)
  await sql`comment on column deliveries.replayed_at is 'when its patience began anew, by an admin'`.execute(
    db,
  )
  await sql`create index deliveries_pending on deliveries (host_id, due) where state = 'pending'`.execute(db)
  await sql`create index deliveries_failed on deliveries (state, activity_id)
    where state in ('refused', 'expired', 'dead')`.execute(db)
  await sql`
    create table delivery_lanes (
      host_id integer primary key,
      due timestamptz not null default 'infinity',
      closed_until timestamptz,
      lease_owner uuid,
      lease_until timestamptz,
      failures smallint not null default 0,
      failing_since timestamptz,
      last_error text
    )`.execute(db)
  await sql`comment on column delivery_lanes.due is 'when to look at it again: infinity when nothing waits'`.execute(
    db,
  )
  await sql`comment on column delivery_lanes.closed_until is
    'before that nothing is sent: the host asked for time or could not be reached; infinity when it was given up'`.execute(
    db,
  )
  await sql`create index delivery_lanes_healthy on delivery_lanes (due) where failures = 0`.execute(db)
  await sql`create index delivery_lanes_failing on delivery_lanes (due) where failures > 0`.execute(db)
}
