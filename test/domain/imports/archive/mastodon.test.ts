import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Context } from '../../../../src/context.ts'
import { createArchiveImport } from '../../../../src/domain/imports/archive/create-archive-import.ts'
import { workOnArchive } from '../../../../src/domain/imports/archive/work-on-archive.ts'
import { findStatusIdByUri } from '../../../../src/domain/accounts/resolve-local.ts'
import type { Actor } from '../../../../src/store/actors.ts'
import { findImport, type Import } from '../../../../src/store/imports.ts'
import { findPoll } from '../../../../src/store/polls.ts'
import { findStatus, type Status } from '../../../../src/store/statuses.ts'
import { oldActor, writeMastodonArchive, type MadeArchive } from '../../../support/archives.ts'
import { createTestContext, type TestContext } from '../../../support/context.ts'
import { createMember, listJobs } from '../../../support/people.ts'

const posts = 10_000
let world: TestContext
let ctx: Context
let alice: Actor
let dir: string
let path: string
let made: MadeArchive

beforeAll(async () => {
  world = await createTestContext()
  ctx = world.ctx
  alice = await createMember(ctx, 'alice')
  await createMember(ctx, 'follower')
  dir = await mkdtemp(join(tmpdir(), 'holdfast-archive-'))
  path = join(dir, 'archive.zip')
  made = await writeMastodonArchive(path, posts, 40)
}, 120_000)
afterAll(async () => {
  await world.close()
  await rm(dir, { recursive: true })
})

async function bring(): Promise<Import> {
  const { id } = await createArchiveImport(ctx, alice, { path, name: 'archive.zip' }, { inPlace: true })
  expect(await workOnArchive(ctx, id, path)).toBeUndefined()
  return (await findImport(ctx.db, alice.id, id))!
}

async function find(number: number): Promise<Status> {
  return (await findStatus(ctx.db, (await findStatusIdByUri(ctx, `${oldActor}/statuses/${number}`))!))!
}

async function count(table: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from ${sql.table(table)}`.execute(
    ctx.db,
  )
  return rows[0]!.n
}

async function hashOf(key: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of (await ctx.storage.open(key))!.stream) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

test(
  '10,000 posts brought twice are there once, at their dates, and nobody is told',
  { timeout: 400_000 },
  async () => {
    const jobs = await listJobs(ctx.db)
    expect(await bring()).toMatchObject({
      ...{ state: 'done', software: 'mastodon', formerUri: oldActor, total: posts },
      ...{ added: posts, kept: 0, failed: 0, problem: null },
    })
    expect(await bring()).toMatchObject({ state: 'done', added: 0, kept: posts, failed: 0 })
    expect(await count('posts')).toBe(posts)
    expect(await count('media')).toBe(40)
    expect(await count('outgoing_activities')).toBe(0)
    expect(await count('notifications')).toBe(0)
    expect(await listJobs(ctx.db)).toEqual(jobs)
  },
)

test('Every visibility, poll, thread and picture is as it was', async () => {
  const some = await Promise.all([100, 101, 102, 103].map(find))
  expect(some.map(({ visibility }) => visibility)).toEqual(['public', 'unlisted', 'private', 'direct'])
  expect(some[1]).toMatchObject({ content: '<p>Number 101</p>', language: 'en', audience: [] })
  expect((await find(105)).inReplyToId).toBe((await find(104)).id)
  expect((await find(110)).inReplyToId).toBe((await find(111)).id)
  const poll = await findPoll(ctx.db, (await find(107)).id)
  expect(poll).toMatchObject({ options: ['Yes', 'No'], votes: ['3', '2'], voters: '5' })
  for (const [uri, hash] of made.pictures) {
    const status = (await findStatus(ctx.db, (await findStatusIdByUri(ctx, uri))!))!
    expect(status.attachments).toHaveLength(1)
    expect(status.attachments[0]).toMatchObject({ mediaType: 'image/png', focalPoint: [0.5, -0.5] })
    expect(await hashOf(status.attachments[0]!.url.replace('/media/', ''))).toBe(hash)
  }
})
