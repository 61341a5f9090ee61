import { sql } from 'kysely'
import type { Context } from '../../src/context.ts'
import { createAccount } from '../../src/domain/accounts/create-account.ts'
import type { Actor } from '../../src/store/actors.ts'

/** An account whose followers have these inboxes, one each, in a database whose statistics are up to date. */
export async function createFollowedAccount(ctx: Context, inboxes: readonly string[]): Promise<Actor> {
  const credentials = { email: 'author@mail.example', password: 'correct horse battery' }
  const author = await createAccount(ctx, { username: 'author', role: 'owner', ...credentials })
  await sql`
    insert into hosts (host) select distinct split_part(url, '/', 3) from unnest(${inboxes}::text[]) url`.execute(
    ctx.db,
  )
  await sql`
    insert into inboxes (url, host_id)
    select url, h.id from unnest(${inboxes}::text[]) url join hosts h on h.host = split_part(url, '/', 3)`.execute(
    ctx.db,
  )
  await sql`
    insert into follows (id, follower_id, target_id, follower_uri, inbox_id, state, accepted_at)
    select id, id, ${author.id}::bigint, url || '/owner', id, 'accepted', now() from inboxes`.execute(ctx.db)
  await sql`analyze hosts, inboxes, follows`.execute(ctx.db)
  return author
}
