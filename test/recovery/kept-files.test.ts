import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Context } from '../../src/context.ts'
import { typeOfKey } from '../../src/domain/media/media-types.ts'
import { discardFiles } from '../../src/domain/media/discard-files.ts'
import { pruneUploads } from '../../src/domain/media/prune-uploads.ts'
import { storeProfilePicture } from '../../src/domain/media/store-profile-picture.ts'
import { uploadMedia } from '../../src/domain/media/upload-media.ts'
import { getAccount } from '../../src/domain/accounts/get-account.ts'
import { updateOwnProfile } from '../../src/domain/accounts/update-profile.ts'
import { dropOpened, openRecovery } from '../../src/domain/recovery/open-recovery.ts'
import { restoreKit } from '../../src/domain/recovery/restore-kit.ts'
import { startRecovery } from '../../src/domain/recovery/start-recovery.ts'
import { takeTurn } from '../../src/domain/recovery/take-turn.ts'
import { createPost } from '../../src/domain/statuses/create-post.ts'
import { openStorage } from '../../src/lib/storage/open-storage.ts'
import type { Actor } from '../../src/store/actors.ts'
import { findRecovery } from '../../src/store/recoveries.ts'
import { startBucket, type TestBucket } from '../support/bucket.ts'
import { createTestContext, type TestContext } from '../support/context.ts'
import { createMember, listJobs } from '../support/people.ts'
import { startServer } from '../support/server.ts'
import { bytesOf, makeKit, passphrase } from './comebacks.ts'

const hourMs = 3600_000

let now = new Date()
let dir: string
let bucket: TestBucket
let haven: TestContext
let kit: string[]

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'holdfast-test-'))
  bucket = await startBucket()
  haven = await createTestContext({ storage: openStorage(bucket.mediaUrl), now: () => now })
  const path = join(dir, 'picture')
  await using home = await startServer()
  const alice = await createMember(home.ctx, 'alice')
  // More than a part of a kit takes.
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const
  const shape = { width: 500, height: 300, channels: 3, background: 'teal', noise } as const
  await writeFile(path, await sharp({ create: shape }).png().toBuffer())
  const { id } = await uploadMedia(home.ctx, alice, { file: { path }, purpose: 'attachment' })
  await createPost(home.ctx, alice, { text: 'Look', visibility: 'public', mediaIds: [id] })
  const iconUrl = await storeProfilePicture(home.ctx, alice, 'avatar', { path })
  await updateOwnProfile(home.ctx, alice, { iconUrl })
  await home.settle()
  kit = await makeKit(home.ctx, alice, { withKey: true, withMedia: true })
}, 120_000)
afterAll(async () => {
  haven?.ctx.storage.close()
  await haven?.close()
  await bucket?.[Symbol.asyncDispose]()
  await rm(dir, { recursive: true })
})

/** A process of its own, on a disk of its own. */
function elsewhere(name: string): Context {
  return { ...haven.ctx, config: { ...haven.ctx.config, dataDir: join(dir, name) } }
}

async function open(account: Actor): Promise<string> {
  return (await openRecovery(elsewhere('web'), account, bytesOf(kit), passphrase)).id
}

/** Keys in the storage, by the end of their names. */
async function keysOf(ending: string): Promise<string[]> {
  const keys: string[] = []
  for await (const some of haven.ctx.storage.list(new Date(Date.now() + hourMs))) keys.push(...some)
  return keys.filter((key) => key.endsWith(ending))
}

/** After so many hours, as upkeep does. */
async function sweep(hours: number): Promise<void> {
  now = new Date(Date.now() + hours * hourMs)
  await pruneUploads(haven.ctx)
}

async function discard(): Promise<void> {
  for (const { name, data } of await listJobs(haven.ctx.db))
    if (name === 'media.discarded') await discardFiles(haven.ctx, (data as { keys: string[] }).keys)
}

test('A copy is kept while its recovery needs it, and no longer', async () => {
  const { ctx } = haven
  const kept = await createMember(ctx, 'kept')
  await open(kept)
  const key = await keysOf('.kit')
  const erased = await createMember(ctx, 'erased')
  await open(erased)
  await ctx.db.updateTable('accounts').set({ deletedAt: now }).where('id', '=', erased.id).execute()
  await ctx.storage.put(`2-${'0'.repeat(32)}.kit`, join(dir, 'picture'), 'application/octet-stream')
  await ctx.storage.put(`2-3-${'0'.repeat(24)}.piece`, join(dir, 'picture'), 'application/octet-stream')
  await sweep(0)
  expect(await keysOf('.kit')).toHaveLength(3)
  await sweep(25)
  expect([await keysOf('.kit'), await keysOf('.piece')]).toEqual([key, []])
  await dropOpened(ctx, kept)
  expect(await keysOf('.kit')).toEqual([])
})

test('What one process was given another restores, pictures too, from the storage that they share', async () => {
  const { ctx } = haven
  const account = await createMember(ctx, 'alice')
  const id = await startRecovery(elsewhere('web'), account, await open(account))
  await restoreKit(elsewhere('first'), account, (await findRecovery(ctx.db, id))!)
  expect(await keysOf('.kit')).toEqual([])
  const pieces = await keysOf('.piece')
  expect(pieces.length).toBeGreaterThan(3)
  expect(pieces.map(typeOfKey)).toEqual(pieces.map(() => undefined))
  await sweep(25)
  expect(await keysOf('.piece')).toEqual(pieces)

  const { turnAt } = (await findRecovery(ctx.db, id))!
  await takeTurn(elsewhere('second'), { recoveryId: id, at: turnAt!.toISOString() })
  const shown = await ctx.db
    .selectFrom('media')
    .select(['purpose', 'state', 'width'])
    .orderBy('purpose')
    .execute()
  expect(shown).toMatchObject([
    { purpose: 'attachment', state: 'ready', width: 500 },
    { purpose: 'avatar', state: 'ready' },
  ])
  await discard()
  expect(await keysOf('.piece')).toEqual([])
  expect(await readdir(dir)).toEqual(['picture'])
})

test('What does not open leaves nothing behind', async () => {
  const before = await keysOf('')
  const account = await createMember(haven.ctx, 'wrong')
  const opening = openRecovery(haven.ctx, account, bytesOf(kit), 'another phrase altogether')
  await expect(opening).rejects.toMatchObject({ code: 'forbidden' })
  expect(await keysOf('')).toEqual(before)
})

test('A newer kit takes the place of the files of the one before', async () => {
  const { ctx } = haven
  const account = await getAccount(ctx, 'alice')
  const begin = async (): Promise<string> => startRecovery(ctx, account, await open(account))
  const restore = async (id: string) => restoreKit(ctx, account, (await findRecovery(ctx.db, id))!)
  const id = await begin()
  await restore(id)
  const pieces = await keysOf('.piece')
  expect(await begin()).toBe(id)
  await discard()
  expect(await keysOf('.piece')).toEqual([])
  await restore(id)
  expect(await keysOf('.piece')).toHaveLength(pieces.length)
})
