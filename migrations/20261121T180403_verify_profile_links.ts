import { sql, type Kysely } from 'kysely'

/** Which links in the profiles of members lead to pages that link back. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table verified_links (
      account_id bigint not null references accounts (id),
      url text not null,
      verified_at timestamptz not null,
      primary key (account_id, url)
    )`.execute(db)
  await sql`comment on column verified_links.url is 'the value of a field, as it is written'`.execute(db)
}
