import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Context } from '../../src/context.ts'
import { followActor } from '../../src/domain/follows/follow-actor.ts'
import { receiveFollow } from '../../src/domain/follows/receive-follow.ts'
import { issueToken } from '../../src/domain/auth/issue-token.ts'
import { createPost } from '../../src/domain/statuses/create-post.ts'
import { editPost } from '../../src/domain/statuses/edit-post.ts'
import { createTestContext, type TestContext } from '../support/context.ts'
import { createMember, createStranger } from '../support/people.ts'

let world: TestContext
let ctx: Context

/** What can be fetched again, and what was said of it. */
const cache = ['remote_actors', 'remote_statuses', 'remote_keys', 'remote_tombstones']

/** What is ours alone, and stays ours under another name. */
const local = [
  'accounts',
  'posts',
  'follows',
  'users',
  'user_passwords',
  'access_tokens',
  'account_keys',
  'account_private_keys',
  'former_identities',
  'post_former_ids',
]

beforeAll(async () => {
  world = await createTestContext()
  ctx = world.ctx
})
afterAll(() => world.close())

async function listTables(): Promise<string[]> {
  const found = await sql<{ name: string }>`
    select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')`.execute(
    ctx.db,
  )
  return found.rows.map((row) => row.name)
}

async function dump(table: string): Promise<string> {
  const rows = await sql<{ row: string }>`select t::text as row from ${sql.table(table)} t`.execute(ctx.db)
  return rows.rows.map(({ row }) => row).join('\n')
}

test('No row that is ours holds our own address, whatever our people did', async () => {
  const alice = await createMember(ctx, 'alice')
  const carol = await createMember(ctx, 'carol')
  const bob = await createStranger(ctx, 'bob')
  await issueToken(ctx, alice.id, ['read'])
  await followActor(ctx, alice, carol)
  await followActor(ctx, alice, bob)
  await receiveFollow(ctx, { follower: bob, target: alice, activityUri: `${bob.uri}/follows/1` })
  const question = await createPost(ctx, carol, { text: '@alice? #tag', visibility: 'public' })
  const answer = await createPost(ctx, alice, {
    text: '@carol',
    visibility: 'private',
    inReplyToId: question.id,
  })
  await editPost(ctx, alice, answer.id, { text: '@carol @carol@home.example, yes.' })
  const names = [ctx.config.origin, new URL(ctx.config.origin).host]
  const rows = await Promise.all(local.map(async (table) => [table, await dump(table)] as const))
  expect(rows.filter(([, text]) => text !== '').length).toBeGreaterThanOrEqual(8)
  const said = new Map(rows)
  said.set('posts', (said.get('posts') ?? '').replace('@carol@home.example, yes.', ''))
  const baked = [...said].filter(([, text]) => names.some((name) => text.includes(name)))
  expect(baked.map(([table]) => table)).toEqual([])
})

test('What is ours refers to no row of the cache of others', async () => {
  const known = await listTables()
  expect(known).toEqual(expect.arrayContaining([...cache, ...local]))
  const references = await sql<{ from: string; to: string }>`
    select conrelid::regclass::text as "from", confrelid::regclass::text as "to"
    from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace`.execute(ctx.db)
  expect(references.rows).toContainEqual({ from: 'posts', to: 'accounts' })
  const shared = ['actors', 'statuses']
  const dependent = references.rows.filter(
    ({ from, to }) => !cache.includes(from) && [...cache, ...shared].includes(to),
  )
  expect(dependent).toEqual([])
})

test('What is ours stands without the cache of others', async () => {
  const before = await Promise.all(local.map(dump))
  await sql`truncate ${sql.join(cache.map((table) => sql.table(table)))}`.execute(ctx.db)
  expect(await Promise.all(local.map(dump))).toEqual(before)
})

test('Private keys and password hashes have tables of their own', async () => {
  const columns = await sql<{ table: string; name: string }>`
    select table_name as "table", column_name as name from information_schema.columns
    where table_schema = 'public' and column_name ~ '(wrapped|hash|secret|private_key)'
      and column_name !~ '_digest$|^blurhash$'`.execute(ctx.db)
  expect(columns.rows.map(({ table, name }) => `${table}.${name}`).toSorted()).toEqual([
    'account_private_keys.wrapped',
    // Where a member has copies of a recovery kit sent: it is read by what sends them, and by nothing else.
    'kit_destinations.wrapped',
    'user_passwords.hash',
  ])
})
