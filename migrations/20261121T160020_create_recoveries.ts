import { sql, type Kysely } from 'kysely'

/** Coming back from a place that is gone: who followed the member there, and how far each of them has got. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table recoveries (
      id bigint primary key,
      account_id bigint not null references accounts (id),
      former_identity_id bigint not null references former_identities (id),
      former_uri text not null,
      state text not null default 'restoring' check (state in ('restoring', 'telling', 'resting', 'done', 'stopped')),
      stage text not null default '',
      kit_made_at timestamptz not null,
      kit_key text,
      has_key boolean not null,
      facts jsonb not null default '{}',
      problem text,
      created_at timestamptz not null default now(),
      told_at timestamptz,
      sweep smallint not null default 0,
      next_sweep_at timestamptz,
      unique (account_id, former_uri)
    )`.execute(db)
  await sql`comment on column recoveries.has_key is 'whether what is said is signed as the former actor'`.execute(
    db,
  )
  await sql`comment on column recoveries.stage is 'what of the kit was restored last: where it goes on'`.execute(
    db,
  )
  await sql`comment on column recoveries.sweep is 'how many times all who have not come were told: at most three'`.execute(
    db,
  )
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
      inbox text not null,
      shared_inbox text,
      host text not null,
      software text,
      state text not null default 'waiting'
        check (state in ('waiting', 'told', 'followed', 'refused', 'unreachable')),
      strategy text,
      attempts smallint not null default 0,
      due timestamptz,
      told_at timestamptz,
      followed_at timestamptz,
      detail text,
      primary key (recovery_id, number),
      unique (recovery_id, actor_uri)
    )`.execute(db)
  await sql`comment on column recovery_followers.state is
    'a Follow that came is the only success: that a server took what it was told says nothing'`.execute(db)
  await sql`create index recovery_followers_actor_uri on recovery_followers (actor_uri)`.execute(db)
  await sql`create index recovery_followers_due on recovery_followers (due) where due is not null`.execute(db)
}
