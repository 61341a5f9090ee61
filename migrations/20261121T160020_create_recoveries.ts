import { sql, type Kysely } from 'kysely'

/** Coming back from a place that is gone: who followed the member there, and how far each of them has got. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table recoveries (
      id bigint primary key,
      account_id bigint not null references accounts (id),
      former_identity_id bigint references former_identities (id),
      former_uri text not null,
      former_handle text not null,
      state text not null default 'opened'
        check (state in ('opened', 'restoring', 'telling', 'resting', 'done', 'stopped')),
      kit_made_at timestamptz not null,
      kit_opener bytea,
      position integer not null default 0,
      has_key boolean not null,
      facts jsonb not null default '{}',
      created_at timestamptz not null default now(),
      started_at timestamptz,
      hurried_at timestamptz,
      sweep smallint not null default 0,
      next_sweep_at timestamptz,
      turn_at timestamptz
    )`.execute(db)
  await sql`comment on column recoveries.state is
    'opened: shown to the member, who has not said yes; restoring: the kit is being read'`.execute(db)
  await sql`comment on column recoveries.has_key is 'whether what is said is signed as the former actor'`.execute(
    db,
  )
  await sql`comment on column recoveries.kit_opener is
    'what reads the copy of the kit that is kept until all of it is restored, for the key ring only'`.execute(
    db,
  )
  await sql`comment on column recoveries.hurried_at is
    'when those who run this place let go out at once what waits for its time'`.execute(db)
  await sql`comment on column recoveries.position is 'how many parts of the kit are restored: where it goes on'`.execute(
    db,
  )
  await sql`comment on column recoveries.sweep is 'how many times all who have not come were told again: at most twice'`.execute(
    db,
  )
  await sql`comment on column recoveries.turn_at is 'the next turn of its work; a job for another moment is late'`.execute(
    db,
  )
  await sql`create unique index recoveries_running on recoveries (account_id, former_uri)
    where state <> 'opened'`.execute(db)
  await sql`create index recoveries_turn_at on recoveries (turn_at) where turn_at is not null`.execute(db)
  await sql`
    create table recovery_letters (
      recovery_id bigint not null references recoveries (id) on delete cascade,
      kind text not null check (kind in ('move', 'move_embedded', 'update')),
      document text not null,
      primary key (recovery_id, kind)
    )`.execute(db)
  await sql`
    create table recovery_followers (
      recovery_id bigint not null references recoveries (id) on delete cascade,
      number integer not null,
      actor_uri text not null,
      handle text not null,
      inbox_id integer not null references inboxes (id),
      shared_inbox_id integer references inboxes (id),
      host text not null,
      software text,
      state text not null default 'waiting'
        check (state in ('waiting', 'told', 'followed', 'refused', 'unreachable')),
      say text check (say in ('move', 'move_embedded', 'update', 'notice', 'meet', 'here')),
      is_met boolean not null default false,
      is_personal boolean not null default false,
      due timestamptz,
      activity_id bigint,
      sent_inbox_id integer,
      told_at timestamptz,
      followed_at timestamptz,
      detail text,
      primary key (recovery_id, number),
      unique (recovery_id, actor_uri)
    )`.execute(db)
  await sql`comment on column recovery_followers.state is
    'a Follow that came is the only success: that a server took what it was told says nothing'`.execute(db)
  await sql`comment on column recovery_followers.say is
    'how they are told: meet lets a server see the account first, here follows without being told'`.execute(
    db,
  )
  await sql`comment on column recovery_followers.activity_id is 'what was last sent to them, to sent_inbox_id'`.execute(
    db,
  )
  await sql`create index recovery_followers_actor_uri on recovery_followers (actor_uri)`.execute(db)
  await sql`create index recovery_followers_due on recovery_followers (recovery_id, due)
    where due is not null`.execute(db)
  await sql`
    create table recovery_items (
      recovery_id bigint not null references recoveries (id) on delete cascade,
      number bigint not null,
      kind text not null,
      data jsonb not null,
      host text not null default '',
      state text not null default 'waiting' check (state in ('waiting', 'asked', 'done', 'failed')),
      attempts smallint not null default 0,
      due timestamptz,
      detail text,
      primary key (recovery_id, number)
    )`.execute(db)
  await sql`comment on table recovery_items is
    'what of a kit is restored one by one, since others have to be asked for it'`.execute(db)
  await sql`comment on column recovery_items.state is 'asked: a follow that nobody has answered yet'`.execute(
    db,
  )
  await sql`create index recovery_items_due on recovery_items (recovery_id, due)
    where due is not null`.execute(db)
}
