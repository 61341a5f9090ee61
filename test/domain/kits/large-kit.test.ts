import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eraseAccount } from '../../../src/domain/accounts/erase-account.ts'
import { createKit } from '../../../src/domain/kits/create-kit.ts'
import { readKit } from '../../../src/domain/kits/read-kit.ts'
import { writeCopy } from '../../../src/domain/kits/write-copy.ts'
import type { Actor } from '../../../src/store/actors.ts'
import { findKit, listDueKits } from '../../../src/store/kits.ts'
import { createTestContext, type TestContext } from '../../support/context.ts'
import { createMember } from '../../support/people.ts'

const passphrase = 'a phrase that nobody guesses'
const [followers, posts] = [100_000, 10_000]
const mebibyte = 1024 ** 2

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

let world: TestContext
let alice: Actor

beforeAll(async () => {
  world = await createTestContext()
  alice = await createMember(world.ctx, 'alice')
  await gather()
  await createKit(world.ctx, alice, passphrase, { withKey: false, withMedia: false })
}, 120_000)
afterAll(() => world?.close())

/** A crowd on 1,000 servers, and much that was said. */
async function gather(): Promise<void> {
  const { db } = world.ctx
  await sql`insert into hosts (host) select 'h' || n || '.example' from generate_series(1, 1000) n`.execute(
    db,
  )
  await sql`insert into inboxes (host_id, url) select id, 'https://' || host || '/inbox' from hosts`.execute(
    db,
  )
  await sql`
    insert into remote_actors (id, is_local, username, domain, type, uri, inbox_id, shared_inbox_id, fetched_at)
    select 1000000 + n, false, 'f' || n, h.host, 'Person', 'https://' || h.host || '/users/f' || n, i.id, i.id, now()
    from generate_series(1, ${followers}::int) n
    join hosts h on h.host = 'h' || (n % 1000 + 1) || '.example' join inboxes i on i.host_id = h.id`.execute(
    db,
  )
  await sql`
    insert into follows (id, follower_id, follower_uri, target_id, state, inbox_id, shared_inbox_id, accepted_at)
    select id, id, uri, ${alice.id}::bigint, 'accepted', inbox_id, shared_inbox_id, now() from remote_actors`.execute(
    db,
  )
  await sql`
    insert into posts (id, is_local, actor_id, source, visibility, created_at)
    select 1000 + n, true, ${alice.id}::bigint, repeat('Said ', 80) || n, 'public', now()
    from generate_series(1, ${posts}::int) n`.execute(db)
  await sql`analyze`.execute(db)
}

/** What is held, without what waits to be collected, in bytes. */
function measureHeld(): number {
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

async function* measured(peak: { bytes: number; held: number }): AsyncGenerator<Uint8Array> {
  let lines = 0
  for await (const line of writeCopy(world.ctx, alice.id)) {
    peak.bytes += line.length
    if (++lines % 50 === 0) peak.held = Math.max(peak.held, measureHeld())
    yield Buffer.from(line)
  }
}

test(
  'A kit of 10,000 posts and 100,000 followers is written and read as it goes',
  { timeout: 240_000 },
  async () => {
    const before = measureHeld()
    const peak = { bytes: 0, held: before }
    const { parts } = await readKit(measured(peak), passphrase)
    let counted = await parts.next()
    while (counted.done !== true) counted = await parts.next()
    expect(counted.value.counts).toMatchObject({ followers, posts })
    expect(peak.bytes).toBeGreaterThan(30 * mebibyte)
    expect(peak.held - before).toBeLessThan(16 * mebibyte)
    expect(await findKit(world.ctx.db, alice.id)).toMatchObject({ followers })
  },
)

test('A kit is due for its copies after a day, or when a twentieth of the followers came or went', async () => {
  const { db, now, newId } = world.ctx
  const due = () => listDueKits(db, new Date(now().getTime() - 24 * 3600_000), 10)
  expect(await due()).toEqual([])
  const place = { id: newId(), accountId: alice.id, kind: 'email', label: 'x', wrapped: Buffer.alloc(1) }
  await db.insertInto('kitDestinations').values(place).execute()
  expect(await due()).toEqual([])
  const drop = (count: number) =>
    sql`delete from follows where id in (select id from follows where target_id = ${alice.id} limit ${count})`.execute(
      db,
    )
  await drop(followers / 20 - 1)
  expect(await due()).toEqual([])
  await drop(1)
  expect(await due()).toEqual([alice.id])
  await db
    .updateTable('recoveryKits')
    .set({ followers: followers - followers / 20 })
    .execute()
  expect(await due()).toEqual([])
  await db
    .updateTable('recoveryKits')
    .set({ refreshedAt: new Date(now().getTime() - 25 * 3600_000) })
    .execute()
  expect(await due()).toEqual([alice.id])
})

test('Nothing of a kit is left of an account that is deleted', { timeout: 120_000 }, async () => {
  const { db, now } = world.ctx
  const letter = { id: '1', accountId: alice.id, kind: 'move', standbyUri: 'https://haven.example/a' }
  await db
    .insertInto('sealedLetters')
    .values({ ...letter, document: '{}', actorDigest: Buffer.alloc(32) })
    .execute()
  await db.deleteFrom('posts').execute()
  await db.updateTable('accounts').set({ deletedAt: now() }).where('id', '=', alice.id).execute()
  await eraseAccount(world.ctx, { accountId: alice.id })
  for (const table of ['recoveryKits', 'sealedLetters', 'kitDestinations'] as const)
    expect(await db.selectFrom(table).select('accountId').execute()).toEqual([])
})
