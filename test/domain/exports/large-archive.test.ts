import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { askForArchive } from '../../../src/domain/exports/ask-for-archive.ts'
import { verifyArchive } from '../../../src/domain/exports/verify-archive.ts'
import { writeArchive } from '../../../src/domain/exports/write-archive.ts'
import type { Actor } from '../../../src/store/actors.ts'
import { findArchive } from '../../../src/store/archives.ts'
import { archiveActs } from '../../support/archive-acts.ts'
import { createTestContext, type TestContext } from '../../support/context.ts'
import { startDaemon, type Daemon } from '../../support/daemon.ts'
import { createMember } from '../../support/people.ts'
import { until } from '../../support/until.ts'
import { createUpload } from '../../support/uploads.ts'

const posts = 10_000
const [files, fileBytes] = [24, 4 * 1024 ** 2]
const mebibyte = 1024 ** 2

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

let world: TestContext
let alice: Actor

beforeAll(async () => {
  world = await createTestContext()
  const { ctx } = world
  alice = await createMember(ctx, 'alice')
  await sql`
    insert into posts (id, is_local, actor_id, source, visibility, created_at)
    select 1000 + n, true, ${alice.id}::bigint, repeat('Said ', 80) || n, 'public', now()
    from generate_series(1, ${posts}::int) n`.execute(ctx.db)
  const path = join(ctx.config.dataDir, 'picture')
  for (let index = 1; index <= files; index++) {
    await writeFile(path, Buffer.alloc(fileBytes, `picture ${index}`))
    const { key } = await createUpload(ctx, alice, { statusId: String(1000 + index), unusedSince: null })
    await ctx.storage.put(key!, path, 'image/webp')
  }
}, 120_000)
afterAll(() => world?.close())

/** What is held, without what waits to be collected, in bytes. */
function measureHeld(): number {
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

test('An archive of 10,000 posts and 100 MB is written as it is read', { timeout: 240_000 }, async () => {
  const before = measureHeld()
  const peak = { bytes: 0, held: before }
  let chunks = 0
  const target = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      peak.bytes += chunk.length
      if (++chunks % 100 === 0) peak.held = Math.max(peak.held, measureHeld())
      done()
    },
  })
  const manifest = await writeArchive(world.ctx, alice, target)
  expect(manifest.counts).toMatchObject({ outbox: posts, media: files })
  expect(peak.bytes).toBeGreaterThan(files * fileBytes)
  expect(peak.held - before).toBeLessThan(32 * mebibyte)
})

async function startProcess(): Promise<Daemon> {
  const { config } = world.ctx
  const settings = { ORIGIN: config.origin, DATABASE_URL: config.databaseUrl, DATA_DIR: config.dataDir }
  const env = { ...process.env, ...settings, LOG_LEVEL: 'warn' }
  const program = join(import.meta.dirname, 'job-process.ts')
  const daemon = startDaemon(process.execPath, [program], { env, cwd: config.dataDir })
  await until('it to work', () => daemon.output().includes('working'), {
    explain: daemon.output,
    seconds: 60,
  })
  return daemon
}

test(
  'An archive whose making is killed is made by the next process, once, and is never seen half',
  { timeout: 300_000 },
  async () => {
    const { ctx } = world
    const { id, key } = await askForArchive(ctx, alice)
    const first = await startProcess()
    const begun = async () => (await findArchive(ctx.db, id))?.state === 'running'
    await until('it to be at it', begun, { explain: first.output, seconds: 60 })
    await first.end('SIGKILL')
    expect(await findArchive(ctx.db, id)).toMatchObject({ state: 'running', expiresAt: null })
    expect(await ctx.storage.measure(key!)).toBeUndefined()
    const second = await startProcess()
    const isReady = async () => (await findArchive(ctx.db, id))?.state === 'ready'
    await until('it to be made', isReady, { explain: second.output, seconds: 200 })
    await until('the mail to leave', async () => (await mails()).length > 0, { seconds: 60 })
    await second.endSoon()
    const path = join(ctx.config.dataDir, 'made.zip')
    const file = await ctx.storage.open(key!)
    await writeFile(path, file!.stream)
    expect((await verifyArchive(path)).counts).toMatchObject({ outbox: posts, media: files })
    expect(await archiveActs(ctx, alice)).toEqual(['archive.asked', 'archive.made'])
    expect(await mails()).toHaveLength(1)
  },
)

async function mails(): Promise<string[]> {
  return readdir(join(world.ctx.config.dataDir, 'mail')).catch(() => [])
}
