import { sql, type Kysely } from 'kysely'

/** Recovery kits: what a member needs to come back when this place is gone, and where copies of it are kept. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table recovery_kits (
      account_id bigint primary key references accounts (id),
      header text not null,
      signing_key_id bigint not null references account_keys (id),
      claim_digest bytea not null,
      standby_uri text,
      standby_id bigint,
      includes_key boolean not null default false,
      includes_media boolean not null default false,
      created_at timestamptz not null default now(),
      refreshed_at timestamptz,
      followers integer,
      facts jsonb not null default '{}'
    )`.execute(db)
  await sql`comment on column recovery_kits.header is
    'the first line of every copy: the key that it is encrypted to, and its private half as only the passphrase opens it'`.execute(
    db,
  )
  await sql`comment on column recovery_kits.signing_key_id is 'signs every copy'`.execute(db)
  await sql`comment on column recovery_kits.claim_digest is
    'SHA-256 of the claim that the passphrase gives: what a locker compares'`.execute(db)
  await sql`comment on column recovery_kits.followers is 'how many there were at the last refresh'`.execute(
    db,
  )
  await sql`comment on column recovery_kits.facts is 'what the last copy held, by the names that pages show'`.execute(
    db,
  )
  await sql`
    create table sealed_letters (
      id bigint primary key,
      account_id bigint not null references accounts (id),
      kind text not null check (kind in ('move', 'move_embedded', 'update')),
      standby_uri text not null,
      document text not null,
      actor_digest bytea not null,
      created_at timestamptz not null default now(),
      unique (account_id, standby_uri, kind)
    )`.execute(db)
  await sql`comment on column sealed_letters.actor_digest is
    'SHA-256 of the actor document when it was signed: it is signed anew when that changes'`.execute(db)
  await sql`
    create table kit_destinations (
      id bigint primary key,
      account_id bigint not null references accounts (id),
      kind text not null check (kind in ('email', 'webdav', 'locker')),
      label text not null,
      wrapped bytea not null,
      created_at timestamptz not null default now(),
      sent_at timestamptz,
      failed_at timestamptz,
      problem text
    )`.execute(db)
  await sql`comment on column kit_destinations.label is 'what the member sees: no secret'`.execute(db)
  await sql`comment on column kit_destinations.wrapped is 'address and credentials, for the key ring only'`.execute(
    db,
  )
  await sql`create index kit_destinations_account_id on kit_destinations (account_id)`.execute(db)
  await sql`
    create table lockers (
      id bigint primary key,
      account_id bigint not null references accounts (id),
      deposit_digest bytea not null unique,
      claim_digest bytea,
      key text,
      bytes bigint not null default 0,
      created_at timestamptz not null default now(),
      filled_at timestamptz,
      handed_out_at timestamptz
    )`.execute(db)
  await sql`comment on table lockers is
    'ciphertext that members of other instances keep here, on behalf of an account of ours'`.execute(db)
  await sql`comment on column lockers.deposit_digest is 'SHA-256 of the token that may fill it'`.execute(db)
  await sql`create index lockers_account_id on lockers (account_id)`.execute(db)
  await sql`create index lockers_key on lockers (key) where key is not null`.execute(db)
  await sql`create unique index lockers_claim_digest on lockers (claim_digest) where claim_digest is not null`.execute(
    db,
  )
}
