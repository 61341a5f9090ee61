import { sql, type Kysely } from 'kysely'

/** Archives say where posts were before; not all of them can prove it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table post_former_ids
      drop constraint post_former_ids_pkey,
      add column claim text not null default 'proven' check (claim in ('proven', 'unopposed', 'own')),
      add primary key (uri, post_id)`.execute(db)
  await sql`comment on column post_former_ids.claim is
    'proven: the former identity was; unopposed: its server does not answer any more; own: by the word of the member'`.execute(
    db,
  )
  await sql`create unique index post_former_ids_proven on post_former_ids (uri) where claim = 'proven'`.execute(
    db,
  )
}
