import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Context, Db } from '../../src/context.ts'
import { createFilter } from '../../src/domain/filters/keep-filter.ts'
import { describeRecovery } from '../../src/domain/recovery/describe-recovery.ts'
import { openRecovery } from '../../src/domain/recovery/open-recovery.ts'
import { startRecovery } from '../../src/domain/recovery/start-recovery.ts'
import { createPost } from '../../src/domain/statuses/create-post.ts'
import type { Actor } from '../../src/store/actors.ts'
import { ensureInbox } from '../../src/store/hosts.ts'
import { startReceiver, type Receiver } from '../federation/delivery/receiver.ts'
import { createTestContext, type TestContext } from '../support/context.ts'
import { startDaemon, type Daemon } from '../support/daemon.ts'
import { createMember, createStranger } from '../support/people.ts'
import { startServer } from '../support/server.ts'
import { until } from '../support/until.ts'
import { bytesOf, makeKit, passphrase } from './comebacks.ts'

let haven: TestContext
let followers: Receiver
let kit: string[]
const names = ['bo', 'cy', 'di']

beforeAll(async () => {
  haven = await createTestContext()
  followers = await startReceiver()
  await using home = await startServer()
  const { ctx } = home
  const alice = await createMember(ctx, 'alice')
  for (const text of ['One', 'Two']) await createPost(ctx, alice, { text, visibility: 'public' })
  await createFilter(ctx, alice, { title: 'Loud', contexts: ['home'], keywords: [{ keyword: 'loud' }] })
  // What was said before anybody followed is for none of them, also where it is sent late.
  await home.settle()
  for (const name of names) await addFollower(ctx, alice, name)
  kit = await makeKit(ctx, alice, { withKey: true })
}, 60_000)
afterAll(async () => {
  await followers?.[Symbol.asyncDispose]()
  await haven?.close()
})

/** Somebody with no shared inbox, whose server is known to be a Mastodon. */
async function addFollower(ctx: Context, { id: targetId }: Actor, name: string): Promise<void> {
  const uri = followers.url(`/users/${name}`)
  const inboxId = await ensureInbox(ctx.db, `${uri}/inbox`)
  const { host: domain } = followers
  const { id } = await createStranger(ctx, name, { uri, domain, inboxId, sharedInboxId: null })
  await ctx.db
    .updateTable('hosts')
    .set({ software: 'mastodon', nodeInfoCheckedAt: ctx.now() })
    .where('host', '=', domain)
    .execute()
  const follow = { id: ctx.newId(), followerId: id, targetId, followerUri: uri, inboxId }
  await ctx.db
    .insertInto('follows')
    .values({ ...follow, state: 'accepted', acceptedAt: ctx.now() })
    .execute()
}

async function startProcess({ config }: Context): Promise<Daemon> {
  const env = {
    ...process.env,
    ORIGIN: config.origin,
    DATABASE_URL: config.databaseUrl,
    DATA_DIR: config.dataDir,
    LOG_LEVEL: 'warn',
  }
  const program = join(import.meta.dirname, 'recovery-process.ts')
  const daemon = startDaemon(process.execPath, [program], { env, cwd: config.dataDir })
  await until('it to work', () => daemon.output().includes('working'), { explain: daemon.output })
  return daemon
}

/** Kills a process at the very moment when it would write to a table. */
async function killAt(ctx: Context, table: 'filters' | 'outgoing_activities'): Promise<void> {
  await ctx.db.transaction().execute(async (tx) => {
    await sql`lock table ${sql.table(table)} in access exclusive mode`.execute(tx)
    const daemon = await startProcess(ctx)
    await until('it to be there', () => isWaiting(tx, table), { explain: daemon.output })
    await daemon.end('SIGKILL')
  })
  // The library notices by itself that whoever had a job is dead, when its heartbeat is missing.
  await sql`update pgboss.job set state = 'retry', start_after = now() where state = 'active'`.execute(ctx.db)
}

async function isWaiting(db: Db, table: string): Promise<boolean> {
  const { rows } = await sql<{ pid: number }>`
    select pid from pg_locks where relation = ${table}::regclass and not granted`.execute(db)
  return rows.length > 0
}

test(
  'Processes that are killed as they restore and as they tell lose nothing, and tell nobody twice',
  {
    timeout: 120_000,
  },
  async () => {
    const { ctx } = haven
    const alice = await createMember(ctx, 'alice')
    const opened = await openRecovery(ctx, alice, bytesOf(kit), passphrase)
    const id = await startRecovery(ctx, alice, opened.id)
    const standing = () => describeRecovery(ctx, alice, id)
    const count = async (table: 'filters' | 'posts') =>
      (await ctx.db.selectFrom(table).select('id').execute()).length

    await killAt(ctx, 'filters')
    expect((await standing()).recovery).toMatchObject({ state: 'restoring' })
    expect((await standing()).recovery.position).toBeGreaterThan(0)
    expect(await count('filters')).toBe(0)

    await killAt(ctx, 'outgoing_activities')
    expect((await standing()).recovery).toMatchObject({ state: 'telling', kitOpener: null })
    expect((await standing()).followers).toMatchObject({ waiting: names.length })
    expect(followers.received.filter(({ method }) => method === 'POST')).toEqual([])

    const survivor = await startProcess(ctx)
    const explain = survivor.output
    await until('all to be told', async () => (await standing()).followers.told === names.length, { explain })
    await until('all to be restored', async () => {
      const posts = (await standing()).items.filter(({ kind }) => kind === 'post')
      return posts.length === 1 && posts[0]?.state === 'done' && posts[0].count === 2
    })
    await survivor.end('SIGTERM')
    const moves = followers.received.filter(({ method }) => method === 'POST')
    expect(moves.map(({ path }) => path).toSorted()).toEqual(names.map((name) => `/users/${name}/inbox`))
    expect(new Set(moves.map(({ body }) => String(body))).size).toBe(1)
    expect(await count('filters')).toBe(1)
    expect(await count('posts')).toBe(2)
  },
)
