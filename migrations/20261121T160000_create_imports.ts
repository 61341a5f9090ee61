import { sql, type Kysely } from 'kysely'

/** What members take away with them, and what they bring: files that are written and read piece by piece. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table archives (
      id bigint primary key,
      account_id bigint not null references accounts (id),
      state text not null default 'pending' check (state in ('pending', 'running', 'ready', 'failed')),
      key text,
      bytes bigint,
      digest bytea,
      done integer not null default 0,
      total integer,
      problem text,
      created_at timestamptz not null default now(),
      ready_at timestamptz,
      expires_at timestamptz
    )`.execute(db)
  await sql`comment on column archives.key is 'in the media storage, until it expires'`.execute(db)
  await sql`comment on column archives.done is 'how much of total is written'`.execute(db)
  await sql`create index archives_account_id on archives (account_id, id desc)`.execute(db)
  await sql`create unique index archives_running on archives (account_id)
    where state in ('pending', 'running')`.execute(db)
  await sql`
    create table imports (
      id bigint primary key,
      account_id bigint not null references accounts (id),
      kind text not null check (kind in ('following', 'followers', 'blocks', 'mutes', 'domain_blocks', 'lists',
        'bookmarks', 'filters', 'archive')),
      mode text not null default 'merge' check (mode in ('merge', 'overwrite')),
      dry_run boolean not null default false,
      state text not null default 'pending'
        check (state in ('pending', 'running', 'done', 'failed', 'cancelled')),
      file_name text not null default '',
      file_key text,
      software text,
      former_uri text,
      position bigint not null default 0,
      total integer,
      added integer not null default 0,
      kept integer not null default 0,
      failed integer not null default 0,
      removed integer not null default 0,
      problem text,
      leased_until timestamptz,
      created_at timestamptz not null default now(),
      finished_at timestamptz
    )`.execute(db)
  await sql`comment on column imports.file_key is 'what was uploaded, in the media storage, until it is done'`.execute(
    db,
  )
  await sql`comment on column imports.former_uri is 'of an archive: whose it says it is'`.execute(db)
  await sql`comment on column imports.position is 'how many rows or items are dealt with: where it goes on'`.execute(
    db,
  )
  await sql`comment on column imports.kept is 'of those dealt with: what was there already'`.execute(db)
  await sql`create index imports_account_id on imports (account_id, id desc)`.execute(db)
  await sql`
    create table import_rows (
      import_id bigint not null references imports (id) on delete cascade,
      number integer not null,
      data text not null,
      outcome text not null default 'waiting' check (outcome in ('waiting', 'added', 'kept', 'failed')),
      detail text,
      attempts smallint not null default 0,
      subject text not null default '',
      host text not null default '',
      lap integer not null default 0,
      target_id bigint,
      due timestamptz,
      primary key (import_id, number)
    )`.execute(db)
  await sql`create index import_rows_waiting on import_rows (import_id, lap, number) where outcome = 'waiting'`.execute(
    db,
  )
  await sql`create index import_rows_subject on import_rows (import_id, subject)`.execute(db)
  await sql`create index import_rows_target on import_rows (import_id, target_id)`.execute(db)
  await sql`comment on column imports.removed is 'of what was there and is not in the file'`.execute(db)
  await sql`comment on column imports.leased_until is 'somebody works on it, and is dead if it passes'`.execute(
    db,
  )
  await sql`comment on column import_rows.subject is 'whom or what it names, as it is compared'`.execute(db)
  await sql`comment on column import_rows.host is 'who is asked about it; empty for nobody'`.execute(db)
  await sql`comment on column import_rows.lap is
    'the how-manieth of its host: hosts take turns, so that none is stormed and none waits for another'`.execute(
    db,
  )
  await sql`comment on column import_rows.target_id is 'what the subject was found to be'`.execute(db)
  await sql`comment on column import_rows.data is 'the row as it came; of an archive only what failed is kept'`.execute(
    db,
  )
  await sql`alter table posts drop constraint posts_check`.execute(db)
  await sql`alter table posts add constraint posts_check check (uri is null and fetched_at is null)`.execute(
    db,
  )
  await sql`alter table statuses add column imported_at timestamptz`.execute(db)
  await sql`comment on column statuses.imported_at is
    'of posts: when it was brought here from where its author lived before'`.execute(db)
  await sql`comment on column statuses.content is
    'sanitised HTML, of what others wrote and of imported posts; of other posts it is made from the source'`.execute(
    db,
  )
}
