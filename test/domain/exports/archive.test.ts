import { createHash, createPublicKey, sign, verify } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ZipFile } from 'yazl'
import { pipeline } from 'node:stream/promises'
import { PassThrough } from 'node:stream'
import type { Context } from '../../../src/context.ts'
import { unlockDocumentKeys } from '../../../src/domain/accounts/keys.ts'
import { bookmarkStatus } from '../../../src/domain/bookmarks/bookmark-status.ts'
import { exportNames } from '../../../src/domain/exports/csv-files.ts'
import { verifyArchive } from '../../../src/domain/exports/verify-archive.ts'
import { writeArchive } from '../../../src/domain/exports/write-archive.ts'
import { pinPost } from '../../../src/domain/featured/pin-post.ts'
import { followActor } from '../../../src/domain/follows/follow-actor.ts'
import { boostStatus } from '../../../src/domain/interactions/boost-status.ts'
import { likeStatus } from '../../../src/domain/interactions/like-status.ts'
import { vote } from '../../../src/domain/polls/vote.ts'
import { createPost } from '../../../src/domain/statuses/create-post.ts'
import { deletePost } from '../../../src/domain/statuses/delete-post.ts'
import { editPost } from '../../../src/domain/statuses/edit-post.ts'
import { receiveNote } from '../../../src/domain/statuses/receive-note.ts'
import { findActor, type Actor } from '../../../src/store/actors.ts'
import { findRemoteStatus, type Status } from '../../../src/store/statuses.ts'
import { parseMultikey, toMultikey } from '../../../src/lib/signatures/keys.ts'
import { createTestContext, testOrigin, type TestContext } from '../../support/context.ts'
import { draftNote } from '../../support/note-draft.ts'
import { openZip } from '../../support/open-zip.ts'
import { createMember, createStranger, type Stranger } from '../../support/people.ts'
import { createUpload } from '../../support/uploads.ts'

const alicesUri = `${testOrigin}/users/alice`
const publicCollection = 'https://www.w3.org/ns/activitystreams#Public'
const [seaBytes, faceBytes, filmBytes] = ['the sea', 'a face', 'a film'].map((text) =>
  Buffer.alloc(200_000, text),
)

let world: TestContext
let ctx: Context
let alice: Actor
let bert: Actor
let friend: Stranger
let foreign: Status
let seaKey: string
let film: { key: string; preview: string }
let posts: Record<string, Status>
let file: string
let files: ReadonlyMap<string, Buffer>

beforeAll(async () => {
  world = await createTestContext()
  ctx = world.ctx
  alice = await createMember(ctx, 'alice')
  bert = await createMember(ctx, 'bert')
  friend = await createStranger(ctx, 'friend')
  await liveALittle()
  alice = (await findActor(ctx.db, alice.id))!
  file = await write('archive.zip')
  files = await openZip(file)
})
afterAll(() => world?.close())

async function write(name: string): Promise<string> {
  const path = join(ctx.config.dataDir, name)
  await writeArchive(ctx, alice, createWriteStream(path))
  return path
}

async function liveALittle(): Promise<void> {
  await followActor(ctx, alice, friend)
  const note = draftNote(friend)
  await receiveNote(ctx, { note, author: friend, recipientId: null, wanted: true })
  foreign = (await findRemoteStatus(ctx.db, note.id))!
  await bookmarkStatus(ctx, alice, foreign.id)
  await likeStatus(ctx, alice, foreign.id)
  const sea = await upload({}, seaBytes!)
  const moving = await upload(
    { kind: 'video', mediaType: 'video/mp4', key: `${'f'.repeat(32)}.mp4` },
    filmBytes!,
  )
  seaKey = sea.key!
  film = { key: moving.key!, preview: moving.previewKey! }
  await store(film.preview, Buffer.from('a frame'))
  const face = await upload({ purpose: 'avatar', key: `${'a'.repeat(32)}.png` }, faceBytes!)
  await ctx.db
    .updateTable('accounts')
    .set({ iconUrl: `/media/${face.key}` })
    .where('id', '=', alice.id)
    .execute()
  const say = (text: string, visibility: Status['visibility'], more: object = {}) =>
    createPost(ctx, alice, { text, visibility, ...more })
  const first = await say('First', 'public', { mediaIds: [sea.id] })
  posts = {
    first,
    quiet: await say('Quietly', 'unlisted', { summary: 'Careful' }),
    among: await say('Among us', 'private', { mediaIds: [moving.id] }),
    direct: await say('@bert Only you', 'direct'),
    answer: await say('And then', 'public', { inReplyToId: first.id }),
    poll: await say('Which?', 'public', {
      poll: { options: ['This', 'That'], multiple: false, endsInSeconds: 3600 },
    }),
    gone: await say('Regretted', 'public'),
    boost: await boostStatus(ctx, alice, foreign.id),
  }
  await createPost(ctx, bert, { text: '@alice A secret of mine', visibility: 'direct' })
  await pinPost(ctx, alice, first.id)
  await editPost(ctx, alice, posts['quiet']!.id, { text: 'More quietly', summary: 'Careful' })
  await deletePost(ctx, alice, posts['gone']!.id)
  await vote(ctx, bert, posts['poll']!.id, [1])
}

async function upload(more: Parameters<typeof createUpload>[2], bytes: Buffer) {
  const media = await createUpload(ctx, alice, more)
  await store(media.key!, bytes)
  return media
}

async function store(key: string, bytes: Buffer): Promise<void> {
  const path = join(ctx.config.dataDir, 'upload')
  await writeFile(path, bytes)
  await ctx.storage.put(key, path, 'image/webp')
}

const json = (name: string): any => JSON.parse(files.get(name)!.toString())
const uriOf = (name: string) => `${alicesUri}/statuses/${posts[name]!.id}`
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

describe('an archive', () => {
  test('holds the actor with its pictures and collections as files, and nothing that opens anything', () => {
    const actor = json('actor.json')
    expect(actor).toMatchObject({
      ...{ id: alicesUri, type: 'Person', preferredUsername: 'alice', icon: { url: 'avatar.png' } },
      ...{ outbox: 'outbox.json', likes: 'likes.json', bookmarks: 'bookmarks.json' },
      publicKey: { publicKeyPem: expect.stringContaining('PUBLIC KEY') },
    })
    expect(files.get('avatar.png')).toEqual(faceBytes)
    for (const [name, bytes] of files) {
      const text = bytes.toString('latin1')
      expect([name, /PRIVATE KEY|argon2|mail\.example|correct horse/.test(text)]).toEqual([name, false])
    }
  })

  test('holds all that was said, of every visibility, and nothing of others', () => {
    const outbox = json('outbox.json')
    expect(outbox).toMatchObject({ id: 'outbox.json', type: 'OrderedCollection', totalItems: 7 })
    expect(outbox['@context']).toBeDefined()
    const byId = new Map<string, any>(
      outbox.orderedItems.map((item: any) => [item.object.id ?? item.object, item]),
    )
    const order = ['first', 'quiet', 'among', 'direct', 'answer', 'poll'].map(uriOf)
    expect([...byId.keys()]).toEqual([...order, foreign.uri])
    const said = (name: string) => byId.get(uriOf(name))
    expect(said('first')).toMatchObject({ type: 'Create', actor: alicesUri, to: [publicCollection] })
    expect(said('first').object.content).toContain('First')
    expect(said('quiet')).toMatchObject({ cc: [publicCollection], object: { summary: 'Careful' } })
    expect(said('quiet').object.content).toContain('More quietly')
    expect(Date.parse(said('quiet').object.updated)).toBeGreaterThan(Date.parse(said('quiet').published))
    expect(said('among')).toMatchObject({ to: [`${alicesUri}/followers`], cc: [] })
    expect(said('direct')).toMatchObject({ to: [`${testOrigin}/users/bert`], cc: [] })
    expect(said('answer').object.inReplyTo).toBe(uriOf('first'))
    const votes = said('poll').object.oneOf.map((option: any) => [option.name, option.replies.totalItems])
    expect(votes).toEqual([
      ['This', 0],
      ['That', 1],
    ])
    expect(byId.get(foreign.uri!)).toMatchObject({ type: 'Announce', object: foreign.uri })
    expect(files.get('outbox.json')!.toString()).not.toContain('secret of mine')
    expect(files.get('outbox.json')!.toString()).not.toContain('Regretted')
  })

  test('holds the files that posts show, as they are', () => {
    const items = json('outbox.json').orderedItems
    expect(items[0].object.attachment[0].url).toBe(`media/${seaKey}`)
    expect(files.get(`media/${seaKey}`)).toEqual(seaBytes)
    const [moving] = items[2].object.attachment
    expect(moving).toMatchObject({ url: `media/${film.key}`, icon: { url: `media/${film.preview}` } })
    expect(files.get(`media/${film.key}`)).toEqual(filmBytes)
    expect(files.get(`media/${film.preview}`)!.toString()).toBe('a frame')
  })

  test('names what is liked, bookmarked and pinned, and holds every list as it is exported', () => {
    expect(json('likes.json').orderedItems).toEqual([foreign.uri])
    expect(json('bookmarks.json')).toMatchObject({ id: 'bookmarks.json', orderedItems: [foreign.uri] })
    expect(json('featured.json').orderedItems).toEqual([uriOf('first')])
    expect(json('former_ids.json')).toEqual({ items: [] })
    const names = [...files.keys()].filter((name) => name.startsWith('csv/'))
    expect(names.toSorted()).toEqual(exportNames.map((name) => `csv/${name}`).toSorted())
    expect(files.get('csv/bookmarks.csv')!.toString()).toBe(`${foreign.uri}\n`)
  })

  test('lists every file that is in it with size and digest, signed by a key of the actor', () => {
    const manifest = json('manifest.json')
    const listed = manifest.files.map(({ path }: { path: string }) => path)
    expect([...listed, 'manifest.json', 'manifest.sig']).toEqual([...files.keys()])
    for (const { path, size, sha256: digest } of manifest.files)
      expect([path, size, digest]).toEqual([path, files.get(path)!.length, sha256(files.get(path)!)])
    expect(manifest).toMatchObject({
      ...{ format: 'holdfast-archive', version: 1, actor: alicesUri, origin: testOrigin, missing: [] },
      counts: { outbox: 7, featured: 1, likes: 1, bookmarks: 1, former_ids: 0, media: 3 },
    })
    const [key] = json('actor.json').assertionMethod
    expect(manifest.signed_by).toBe(key.publicKeyMultibase)
    const publicKey = parseMultikey(key.publicKeyMultibase)!
    expect(verify(null, files.get('manifest.json')!, publicKey, files.get('manifest.sig')!)).toBe(true)
  })

  test('says which file could not be read, and holds the rest', async () => {
    await ctx.storage.delete(seaKey)
    const without = await openZip(await write('without.zip'))
    await store(seaKey, seaBytes!)
    const manifest = JSON.parse(without.get('manifest.json')!.toString())
    expect(manifest).toMatchObject({ missing: [`media/${seaKey}`], counts: { media: 2 } })
    expect(without.size).toBe(files.size - 1)
    expect(await verifyArchive(join(ctx.config.dataDir, 'without.zip'))).toEqual(manifest)
  })

  test('ends where its target ends, with that error', async () => {
    const full = new PassThrough()
    full.once('data', () => full.destroy(new Error('No space is left')))
    await expect(writeArchive(ctx, alice, full)).rejects.toThrow('No space is left')
  })
})

describe('the check of an archive', () => {
  test('accepts one as it was made', async () => {
    const seen: number[] = []
    const manifest = await verifyArchive(file, (done, total) => seen.push(done / total))
    expect(manifest).toEqual(json('manifest.json'))
    expect(seen.at(-1)).toBe(1)
  })

  const damaged = 'is not what was put into the archive'
  const changes: Record<string, [said: string, change: (all: Map<string, Buffer>) => unknown]> = {
    'a file that was changed': [damaged, (all) => all.set(`media/${seaKey}`, Buffer.alloc(seaBytes!.length))],
    'posts that were changed': [damaged, (all) => reword(all, 'outbox.json', 'First', 'Wrong')],
    'the actor of somebody else': [damaged, (all) => reword(all, 'actor.json', 'alice', 'mallory')],
    'a file that was added': ['not put into it', (all) => all.set('media/other.png', Buffer.from('x'))],
    'a file that was taken out': ['is missing', (all) => all.delete('likes.json')],
    'a manifest that was changed': ['manifest was changed', (all) => all.set('manifest.json', relist(all))],
    'a signature of nothing': ['manifest was changed', (all) => all.set('manifest.sig', Buffer.alloc(64))],
    'no signature': ['manifest is missing', (all) => all.delete('manifest.sig')],
    'no manifest': ['manifest is missing', (all) => all.delete('manifest.json')],
    'a manifest that is none': [
      'no archive of Holdfast',
      (all) => all.set('manifest.json', Buffer.from('{')),
    ],
    'what a stranger has signed': ['not signed by the account', signAsBert],
  }

  function reword(all: Map<string, Buffer>, name: string, from: string, to: string): void {
    all.set(name, Buffer.from(all.get(name)!.toString().replaceAll(from, to)))
  }

  async function signAsBert(all: Map<string, Buffer>): Promise<void> {
    const keys = await unlockDocumentKeys(ctx, bert.id)
    const { privateKey } = keys.find(({ kind }) => kind === 'ed25519')!
    const manifest = { ...json('manifest.json'), signed_by: toMultikey(createPublicKey(privateKey)) }
    const text = Buffer.from(JSON.stringify(manifest))
    all.set('manifest.json', text).set('manifest.sig', sign(null, text, privateKey))
  }

  /** As if the picture had always been another one. */
  function relist(all: Map<string, Buffer>): Buffer {
    const bytes = Buffer.from('forged')
    all.set(`media/${seaKey}`, bytes)
    const manifest = json('manifest.json')
    const listed = manifest.files.find(({ path }: { path: string }) => path === `media/${seaKey}`)
    Object.assign(listed, { size: bytes.length, sha256: sha256(bytes) })
    return Buffer.from(JSON.stringify(manifest))
  }

  for (const [what, [said, change]] of Object.entries(changes))
    test(`refuses ${what}`, async () => {
      const all = new Map(files)
      await change(all)
      const path = join(ctx.config.dataDir, 'changed.zip')
      await zip(all, path)
      await expect(verifyArchive(path)).rejects.toThrow(said)
    })

  test('refuses what was damaged on the way', async () => {
    const bytes = await readFile(file)
    const path = join(ctx.config.dataDir, 'damaged.zip')
    await writeFile(path, bytes.subarray(0, bytes.length - 100))
    await expect(verifyArchive(path)).rejects.toThrow('damaged')
  })
})

async function zip(all: ReadonlyMap<string, Buffer>, path: string): Promise<void> {
  const made = new ZipFile()
  for (const [name, bytes] of all) made.addBuffer(bytes, name)
  made.end()
  await pipeline(made.outputStream, createWriteStream(path))
}
