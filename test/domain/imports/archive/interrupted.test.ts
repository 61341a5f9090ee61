import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Context } from '../../../../src/context.ts'
import { createArchiveImport } from '../../../../src/domain/imports/archive/create-archive-import.ts'
import { continueArchive, workOnArchive } from '../../../../src/domain/imports/archive/work-on-archive.ts'
import { cancelImport, getImport } from '../../../../src/domain/imports/create-import.ts'
import type { Actor } from '../../../../src/store/actors.ts'
import { updateImport } from '../../../../src/store/imports.ts'
import { writeMastodonArchive } from '../../../support/archives.ts'
import { createTestContext, type TestContext } from '../../../support/context.ts'
import { createMember, listJobs } from '../../../support/people.ts'

const posts = 500
let world: TestContext
let ctx: Context
let dir: string
let file: { path: string; name: string }

beforeAll(async () => {
  world = await createTestContext()
  ctx = world.ctx
  dir = await mkdtemp(join(tmpdir(), 'holdfast-archive-'))
  file = { path: join(dir, 'archive.zip'), name: 'archive.zip' }
  await writeMastodonArchive(file.path, posts, 10)
})
afterAll(async () => {
  await world.close()
  await rm(dir, { recursive: true })
})

/** Dies when it has read so many posts. */
function dyingAfter(reads: number): Context {
  let left = reads
  const readPost: Context['documents']['readPost'] = (...given) => {
    if (left-- === 0) throw new Error('The process ends here.')
    return ctx.documents.readPost(...given)
  }
  return { ...ctx, documents: { ...ctx.documents, readPost } }
}

async function countOf(account: Actor) {
  const { rows } = await sql<{ posts: number; media: number; threads: number; said: number }>`
    select (select count(*)::int from posts where actor_id = ${account.id}) as posts,
      (select count(*)::int from posts where actor_id = ${account.id} and in_reply_to_id is not null) as threads,
      (select count(*)::int from media where account_id = ${account.id} and status_id is not null) as media,
      (select count(*)::int from outgoing_activities)
        + (select count(*)::int from notifications) as said`.execute(ctx.db)
  return rows[0]!
}

test(
  'Broken off at every tenth, three times each, it ends as if it never had been',
  { timeout: 300_000 },
  async () => {
    const alice = await createMember(ctx, 'alice')
    const jobs = await listJobs(ctx.db)
    const { id } = await createArchiveImport(ctx, alice, file, { inPlace: true })
    for (let tenth = 0; tenth < 10; tenth++) {
      for (let time = 0; time < 3; time++) {
        const before = Number((await getImport(ctx, alice, id)).position)
        const reads = Math.max((tenth * posts) / 10 + 20 - before, 0)
        await expect(workOnArchive(dyingAfter(reads), id, file.path)).rejects.toThrow('ends here')
        await updateImport(ctx.db, id, { leasedUntil: null })
      }
      expect((await countOf(alice)).posts).toBe(Number((await getImport(ctx, alice, id)).position))
    }
    expect(await workOnArchive(ctx, id, file.path)).toBeUndefined()
    expect(await getImport(ctx, alice, id)).toMatchObject({ state: 'done', added: posts, kept: 0, failed: 0 })
    expect(await countOf(alice)).toEqual({ posts, threads: 98, media: 10, said: 0 })
    expect(await listJobs(ctx.db)).toEqual(jobs)
  },
)

test(
  'What is uploaded is worked on by a job, and thrown away when it is done or stopped',
  { timeout: 60_000 },
  async () => {
    const bob = await createMember(ctx, 'bob')
    const { id, fileKey } = await createArchiveImport(ctx, bob, file)
    expect(await listJobs(ctx.db)).toContainEqual({ name: 'archive.brought', data: { importId: id } })
    await expect(continueArchive(dyingAfter(70), { importId: id })).rejects.toThrow('ends here')
    await cancelImport(ctx, bob, id)
    await continueArchive(ctx, { importId: id })
    expect(await getImport(ctx, bob, id)).toMatchObject({ state: 'cancelled', added: 50, fileKey: null })
    expect(await ctx.storage.measure(fileKey!)).toBeUndefined()
    const again = await createArchiveImport(ctx, bob, file)
    await continueArchive(ctx, { importId: again.id })
    expect(await getImport(ctx, bob, again.id)).toMatchObject({ state: 'done', added: 450, kept: 50 })
    expect(await ctx.storage.measure(again.fileKey!)).toBeUndefined()
  },
)

test('A file with damage anywhere is refused before anything of it is taken in', async () => {
  const carol = await createMember(ctx, 'carol')
  const { id } = await createArchiveImport(ctx, carol, file)
  const broken: Context = {
    ...ctx,
    storage: { ...ctx.storage, open: async () => undefined },
  }
  await continueArchive(broken, { importId: id })
  expect(await getImport(ctx, carol, id)).toMatchObject({ state: 'failed', added: 0 })
  expect((await countOf(carol)).posts).toBe(0)
})
