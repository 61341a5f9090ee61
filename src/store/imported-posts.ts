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
export async function rememberFormerUris(tx: Tx, given: readonly FormerUri[]): Promise<void> {
  const rows = [...new Map(given.map((row) => [`${row.postId} ${row.uri}`, row])).values()]
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
        .where('postFormerIds.claim', '!=', 'proven')
        .where('postFormerIds.claim', '!=', sql<string>`excluded.claim`),
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

const joinedAtOnce = 1000

/**
 * Ties imported posts of an account to posts of its own that they answer and that were brought after them.
 * @returns how many
 */
export async function joinImportedThreads(tx: Tx, accountId: string): Promise<number> {
  let joined = 0
  for (let after = '0'; ;) {
    const waiting = await listWaiting(tx, accountId, after)
    const last = waiting.at(-1)
    if (last === undefined) return joined
    joined += await joinOwn(tx, accountId, waiting)
    after = last.id
  }
}

type Waiting = { readonly id: string; readonly inReplyToUri: string | null }

async function listWaiting(tx: Tx, accountId: string, after: string): Promise<Waiting[]> {
  return tx
    .selectFrom('posts')
    .select(['id', 'inReplyToUri'])
    .where('actorId', '=', accountId)
    .where('id', '>', after)
    .where('importedAt', 'is not', null)
    .where('inReplyToId', 'is', null)
    .where('inReplyToUri', 'is not', null)
    .orderBy('id')
    .limit(joinedAtOnce)
    .execute()
}

async function joinOwn(tx: Tx, accountId: string, waiting: readonly Waiting[]): Promise<number> {
  const uris = waiting.map(({ inReplyToUri }) => inReplyToUri!)
  const own = await listOwnByFormerUri(tx, accountId, uris)
  const pairs = waiting.flatMap(({ id, inReplyToUri }) => {
    const parentId = own.get(inReplyToUri!)
    return parentId === undefined || parentId === id ? [] : [{ id, parentId }]
  })
  if (pairs.length === 0) return 0
  await sql`
    update posts p set in_reply_to_id = n.parent_id, in_reply_to_uri = null
    from unnest(${pairs.map(({ id }) => id)}::bigint[], ${pairs.map(({ parentId }) => parentId)}::bigint[])
      n (id, parent_id)
    where p.id = n.id`.execute(tx)
  return pairs.length
}
