import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { transact } from '../../../src/db/transact.ts'
import { newKey } from '../../../src/domain/media/keep-files.ts'
import { pruneUploads } from '../../../src/domain/media/prune-uploads.ts'
import { releaseAttachments } from '../../../src/domain/media/release-attachments.ts'
import { storeProfilePicture } from '../../../src/domain/media/store-profile-picture.ts'
import { takeAttachments } from '../../../src/domain/media/take-attachments.ts'
import { uploadMedia } from '../../../src/domain/media/upload-media.ts'
import type { Actor } from '../../../src/store/actors.ts'
import { findMedia } from '../../../src/store/media.ts'
import { makePng } from '../../support/media-files.ts'
import { createMember } from '../../support/people.ts'
import { startServer, type TestServer } from '../../support/server.ts'

const hourMs = 3600_000

let dir: string
let file: { path: string }
let now = new Date()
let server: TestServer
let alice: Actor

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'holdfast-test-'))
  file = { path: join(dir, 'picture') }
  await writeFile(file.path, makePng(600, 500))
  server = await startServer({ parts: { now: () => now } })
  alice = await createMember(server.ctx, 'alice')
})
afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  await rm(dir, { recursive: true })
})

const upload = () => uploadMedia(server.ctx, alice, { file, purpose: 'attachment' })
const isKept = async (key: string | null) => (await server.ctx.storage.measure(key!)) !== undefined
const later = (hours: number) => {
  now = new Date(now.getTime() + hours * hourMs)
}
const take = (statusId: string, mediaIds: string[]) =>
  transact(server.ctx, (tx) => takeAttachments(tx, { actorId: alice.id, mediaIds, statusId }))
const release = (statusId: string, how = {}) =>
  transact(server.ctx, (tx) => releaseAttachments(tx, statusId, how))

test('What nothing carries goes after a day, with its files; what a post carries stays', async () => {
  const [unused, used] = [await upload(), await upload()]
  await take('1001', [used.id])
  later(23)
  expect((await pruneUploads(server.ctx)).uploads).toBe(0)
  later(2)
  expect((await pruneUploads(server.ctx)).uploads).toBe(1)
  await server.settle()
  expect(await findMedia(server.ctx.db, unused.id)).toBe(undefined)
  expect([await isKept(unused.key), await isKept(unused.previewKey)]).toEqual([false, false])
  expect([await isKept(used.key), await isKept(used.previewKey)]).toEqual([true, true])
})

test('What a post gives back may be carried again for a day, unless it is to go at once', async () => {
  const [one, other] = [await upload(), await upload()]
  await take('1002', [one.id, other.id])
  await release('1002', { except: [other.id] })
  expect(await take('1003', [one.id])).toMatchObject([{ mediaId: one.id, url: `/media/${one.key}` }])
  await expect(take('1003', [one.id, other.id])).rejects.toMatchObject({ code: 'invalid' })
  await release('1003')
  later(25)
  expect((await pruneUploads(server.ctx)).uploads).toBe(1)
  await release('1002', { discard: true })
  await server.settle()
  expect([await isKept(one.key), await isKept(other.key)]).toEqual([false, false])
})

test('A picture of a profile is cut to size, and stays while its profile shows it', async () => {
  const { db } = server.ctx
  const shown = await storeProfilePicture(server.ctx, alice, 'avatar', file)
  const replaced = await storeProfilePicture(server.ctx, alice, 'header', file)
  await db.updateTable('accounts').set({ iconUrl: shown }).where('id', '=', alice.id).execute()
  const rows = await db.selectFrom('media').selectAll().where('purpose', '!=', 'attachment').execute()
  expect(new Set(rows.map(({ purpose, width, height }) => `${purpose} ${width}x${height}`))).toEqual(
    new Set(['avatar 400x400', 'header 1500x500']),
  )
  expect((await pruneUploads(server.ctx)).uploads).toBe(0)
  later(25)
  expect((await pruneUploads(server.ctx)).uploads).toBe(1)
  await server.settle()
  expect([await isKept(shown.slice(7)), await isKept(replaced.slice(7))]).toEqual([true, false])
})

test('Files without a row go, unless they are young', async () => {
  const [old, young] = [newKey('image/png'), newKey('image/png')]
  for (const key of [old, young]) await server.ctx.storage.put(key, file.path, 'image/png')
  const root = fileURLToPath(new URL(server.ctx.config.mediaUrl))
  const [past, recent] = [new Date(now.getTime() - 2 * hourMs), new Date(now.getTime() - hourMs / 2)]
  await utimes(join(root, old.slice(0, 2), old), past, past)
  await utimes(join(root, young.slice(0, 2), young), recent, recent)
  expect((await pruneUploads(server.ctx)).strays).toBe(1)
  expect([await isKept(old), await isKept(young)]).toEqual([false, true])
})

test('What nobody works on any more has failed', async () => {
  const { id } = await upload()
  const { db } = server.ctx
  await db.updateTable('media').set({ state: 'processing' }).where('id', '=', id).execute()
  later(4)
  await pruneUploads(server.ctx)
  expect(await findMedia(db, id)).toMatchObject({
    state: 'failed',
    problem: expect.stringContaining('in time'),
  })
})
