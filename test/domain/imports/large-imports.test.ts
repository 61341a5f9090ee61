import { mkdtemp, rm } from 'node:fs/promises'
import { createWriteStream } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Context } from '../../../src/context.ts'
import { writeExport } from '../../../src/domain/exports/csv-files.ts'
import { workOnImport } from '../../../src/domain/imports/continue-import.ts'
import { createImport, getImport } from '../../../src/domain/imports/create-import.ts'
import type { Actor } from '../../../src/store/actors.ts'
import { createTestContext, type TestContext } from '../../support/context.ts'
import { createMember } from '../../support/people.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

const people = 100_000
/** Of these, so many are not followed yet. */
const strangers = 200
/** Memory that is flat does not grow with the rows: these would be some 60 MiB as objects. */
const roomBytes = 16 * 1024 * 1024

let world: TestContext
let ctx: Context
let anna: Actor
let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'holdfast-large-'))
  world = await createTestContext()
  ctx = world.ctx
  anna = await createMember(ctx, 'anna')
  await sql`
    insert into accounts (id, is_local, username, display_name, type, created_at)
    select 1000 + n, true, 'p' || n, '', 'Person', now() from generate_series(1, ${people}::int) n`.execute(
    ctx.db,
  )
  await sql`
    insert into follows (id, follower_id, target_id, state, created_at, accepted_at)
    select 1000000 + n, ${anna.id}::bigint, 1000 + n, 'accepted', now(), now()
    from generate_series(1, ${people - strangers}::int) n`.execute(ctx.db)
})
afterEach(async () => {
  await world.close()
  await rm(directory, { recursive: true })
})

/** Runs something, and says by how much the heap grew at most meanwhile, as far as it could not be freed. */
async function measure(run: () => Promise<void>): Promise<number> {
  collect()
  const before = process.memoryUsage().heapUsed
  let most = 0
  const look = setInterval(() => {
    collect()
    most = Math.max(most, process.memoryUsage().heapUsed - before)
  }, 200)
  await run().finally(() => clearInterval(look))
  return most
}

test('100,000 rows go out and come in with little memory, and only what is not there is done', async () => {
  const path = join(directory, 'following_accounts.csv')
  const written = await measure(async () => {
    const pieces = writeExport(ctx, anna, 'following_accounts.csv')
    await pipeline(Readable.from(pieces), createWriteStream(path))
  })
  const more = Array.from(
    { length: strangers },
    (_, index) => `p${people - index}@home.example,true,false,\n`,
  )
  await pipeline(Readable.from(more), createWriteStream(path, { flags: 'a' }))

  let id = ''
  const read = await measure(async () => {
    id = (await createImport(ctx, anna, { path, name: 'x' }, { mode: 'overwrite', dryRun: false })).id
  })
  expect(await getImport(ctx, anna, id)).toMatchObject({ total: people, state: 'pending' })
  const worked = await measure(async () => {
    while ((await workOnImport(ctx, id)) !== undefined);
  })
  expect(await getImport(ctx, anna, id)).toMatchObject({
    ...{ state: 'done', added: strangers, kept: people - strangers, failed: 0, removed: 0 },
  })
  const { rows } = await sql<{ n: string }>`select count(*) as n from follows`.execute(ctx.db)
  expect(Number(rows[0]?.n)).toBe(people)
  for (const bytes of [written, read, worked]) expect(bytes).toBeLessThan(roomBytes)
}, 240_000)
