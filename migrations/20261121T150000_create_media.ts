import { sql, type Kysely } from 'kysely'

/** What members upload, and where the files of it stand in the media storage. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table media (
      id bigint primary key,
      account_id bigint not null references accounts (id),
      purpose text not null default 'attachment'
        check (purpose in ('attachment', 'avatar', 'header', 'emoji', 'imported')),
      state text not null default 'processing' check (state in ('processing', 'ready', 'failed')),
      kind text not null check (kind in ('image', 'gifv', 'video', 'audio')),
      media_type text not null,
      key text,
      preview_key text,
      upload_key text,
      bytes bigint not null default 0,
      digest bytea,
      width integer,
      height integer,
      duration real,
      frame_rate text,
      bitrate integer,
      blurhash text,
      focus_x real,
      focus_y real,
      description text,
      problem text,
      status_id bigint,
      created_at timestamptz not null default now(),
      attached_at timestamptz,
      unused_since timestamptz default now()
    )`.execute(db)
  await sql`comment on column media.key is
    'in the media storage; its address is ORIGIN/media/<key>, so it holds 128 bits that nobody can guess'`.execute(
    db,
  )
  await sql`comment on column media.upload_key is 'what was uploaded, until it is processed'`.execute(db)
  await sql`comment on column media.bytes is 'of all files of it that are stored, for the quota'`.execute(db)
  await sql`comment on column media.digest is 'SHA-256 of what was uploaded'`.execute(db)
  await sql`create index media_account_id on media (account_id, id desc)`.execute(db)
  await sql`create index media_status_id on media (status_id) where status_id is not null`.execute(db)
  await sql`comment on column media.unused_since is
    'nothing carries it since then: a day later it goes, with its files'`.execute(db)
  await sql`create index media_unused on media (unused_since) where unused_since is not null`.execute(db)
  await sql`create index media_key on media (key) where key is not null`.execute(db)
  await sql`create index media_preview_key on media (preview_key) where preview_key is not null`.execute(db)
  await sql`create index media_upload_key on media (upload_key) where upload_key is not null`.execute(db)
}
