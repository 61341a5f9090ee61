import { sql, type Insertable } from 'kysely'
import type { Db, Tx } from '../context.ts'
import type { Posts } from '../db/schema.ts'

/**
 * What stands for an address that a post had before: `proven`, that its author was who wrote it there; `unopposed`,
 * that its server does not answer any more; `own`, the word of the member alone, which nobody else is led by.
 */
export type Claim = 'proven' | 'unopposed' | 'own'

export type FormerUri = { readonly uri: string; readonly postId: string; readonly claim: Claim }

export type NewImportedPost = Omit<
  Insertable<Posts>,
  'isLocal' | 'id' | 'importedAt' | 'audience' | 'source'
> & {
  readonly id: string
  readonly importedAt: Date
}

/** Lets one import of an account at a time say what is there already. */
export async function lockImportsOf(tx: Tx, accountId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('imports ' || ${accountId}::text, 0))`.execute(tx)
}

/** An account's posts, also deleted ones, by addresses that they had before. */
export async function listOwnByFormerUri(
  db: Db,
  accountId: string,
  uris: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (uris.length === 0) return new Map()
  const { rows } = await sql<{ uri: string; postId: string }>`
    select f.uri, f.post_id from post_former_ids f join posts p on p.id = f.post_id
    where f.uri = any(${uris}::text[]) and p.actor_id = ${accountId}::bigint`.execute(db)
  return new Map(rows.map(({ uri, postId }) => [uri, postId]))
}

/**
 * The post that was known under this id before its author came here, as far as others are led to it: by a proven id, or
 * by one whose server does not answer any more.
 */
export async function findPostIdByFormerUri(
  db: Db,
  uri: string,
  claim: Exclude<Claim, 'own'>,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('postFormerIds')
    .select('postId')
    .where('uri', '=', uri)
    .where('claim', '=', claim)
    .orderBy('postId')
    .executeTakeFirst()
  return row?.postId
}

/**
 * Posts that their author brought along. Whoever is named in them is not told, and none is in their audience.
 * @returns the ids of those that were stored: of every other one the id is taken
 */
export async function insertImportedPosts(
  tx: Tx,
  posts: readonly NewImportedPost[],
): Promise<ReadonlySet<string>> {
  if (posts.length === 0) return new Set()
  const rows = await tx
    .insertInto('posts')
    .values(posts.map((post) => ({ ...post, isLocal: true })))
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .execute()
  return new Set(rows.map(({ id }) => id))
}

/** What is proven stays so, and makes what another account only claims the word of that account alone. */
export async function rememberFormerUris(tx: Tx, rows: readonly FormerUri[]): Promise<void> {
  const proven = rows.filter(({ claim }) => claim === 'proven').map(({ uri }) => uri)
  if (rows.length === 0) return
  const taken = await findProvenElsewhere(tx, rows)
  if (proven.length > 0)
    await sql`update post_former_ids set claim = 'own'
      where uri = any(${proven}::text[]) and claim = 'unopposed'`.execute(tx)
  await tx
    .insertInto('postFormerIds')
    .values(rows.map((row) => (taken.has(row.uri) ? { ...row, claim: 'own' } : row)))
    .onConflict((conflict) =>
      conflict
        .columns(['uri', 'postId'])
        .doUpdateSet({ claim: sql`excluded.claim` })
        .where('postFormerIds.claim', '!=', 'proven'),
    )
    .execute()
}

/** Addresses that were proven to be another post's. */
async function findProvenElsewhere(tx: Tx, rows: readonly FormerUri[]): Promise<ReadonlySet<string>> {
  const uris = rows.map(({ uri }) => uri)
  const postIds = rows.map(({ postId }) => postId)
  const result = await sql<{ uri: string }>`
    select f.uri from unnest(${uris}::text[], ${postIds}::bigint[]) n (uri, post_id)
    join post_former_ids f on f.uri = n.uri and f.claim = 'proven' and f.post_id <> n.post_id`.execute(tx)
  return new Set(result.rows.map(({ uri }) => uri))
}

/**
 * Ties imported posts of an account to posts of its own that they answer and that were brought after them.
 * @returns how many
 */
export async function joinImportedThreads(tx: Tx, accountId: string): Promise<number> {
  const result = await sql`
    update posts p set in_reply_to_id = f.post_id, in_reply_to_uri = null
    from post_former_ids f, posts parent
    where p.actor_id = ${accountId}::bigint and p.imported_at is not null and p.in_reply_to_id is null
      and f.uri = p.in_reply_to_uri and parent.id = f.post_id and parent.actor_id = p.actor_id
      and parent.deleted_at is null and parent.id <> p.id`.execute(tx)
  return Number(result.numAffectedRows ?? 0)
}
