import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cacheDir, cachePath, digestOf } from '../../../src/domain/media/cache-files.ts'
import { MediaCache, type Asker } from '../../../src/domain/media/cache-remote-media.ts'
import { pruneMedia, purgeMedia, sweepMediaFiles } from '../../../src/domain/media/prune-media.ts'
import { createGuardedFetch } from '../../../src/lib/safe-fetch.ts'
import { findCachedMedia } from '../../../src/store/cached-media.ts'
import { createTestContext, type TestContext } from '../../support/context.ts'
import { mediaFiles } from '../../support/media-files.ts'
import { startRemoteServer, type RemoteServer } from '../../support/remote-server.ts'
import { until } from '../../support/until.ts'

let world: TestContext
let remote: RemoteServer
let now = new Date()
const fetch = createGuardedFetch({ allowPrivateAddress: true, userAgent: 'Test/1' })
const asker: Asker = { signal: new AbortController().signal, network: '192.0.2.1', mayFetch: () => true }
const limits = {
  image: { bytes: 1_000, ms: 300 },
  other: { bytes: 200_000, ms: 1_500 },
  pace: { bytes: 0, ms: 60_000 },
}

beforeAll(async () => {
  world = await createTestContext({ fetch, now: () => now })
  remote = await startRemoteServer()
})

afterAll(async () => {
  await fetch.close()
  await remote[Symbol.asyncDispose]()
  await world.close()
})

let serial = 0

function put(body: Buffer, type = 'image/png'): string {
  const path = `/${++serial}.bin`
  remote.serve(path, (_request, response) => response.writeHead(200, { 'content-type': type }).end(body))
  return remote.origin + path
}

const isHere = async (url: string): Promise<boolean> =>
  (await findCachedMedia(world.ctx.db, digestOf(url))) !== undefined

const namesOnDisk = async (): Promise<string[]> => {
  const entries = await readdir(cacheDir(world.ctx.config), { recursive: true })
  return entries.filter((name) => name.includes('/')).toSorted()
}

/** A server that sends a byte now and then. */
function drip(type: string, head: Buffer): string {
  const path = `/${++serial}.bin`
  remote.serve(path, (_request, response) => {
    response.writeHead(200, { 'content-type': type })
    response.write(head)
    const timer = setInterval(() => response.write('x'), 20)
    response.once('close', () => clearInterval(timer))
  })
  return remote.origin + path
}

test('a server that dribbles is given up: an image sooner than a video', async () => {
  const cache = new MediaCache(world.ctx, limits)
  const start = performance.now()
  const image = drip('image/png', mediaFiles.png)
  await expect(cache.get(image, asker)).rejects.toMatchObject({ code: 'not_found' })
  const [afterImage] = [performance.now() - start]
  expect(afterImage).toBeGreaterThanOrEqual(290)
  expect(afterImage).toBeLessThan(1_400)
  const video = drip('video/mp4', mediaFiles.mp4.subarray(0, 1_000))
  await expect(cache.get(video, asker)).rejects.toMatchObject({ code: 'not_found' })
  expect(performance.now() - start - afterImage).toBeGreaterThanOrEqual(1_400)
  expect([await isHere(image), await isHere(video)]).toEqual([false, false])
})

test('an image may be as long as images may, and a video longer', async () => {
  const cache = new MediaCache(world.ctx, limits)
  const long = Buffer.concat([mediaFiles.png, Buffer.alloc(2_000)])
  await expect(cache.get(put(long), asker)).rejects.toMatchObject({ code: 'not_found' })
  await expect(cache.get(put(long, ''), asker)).rejects.toMatchObject({ code: 'not_found' })
  const video = put(mediaFiles.mp4, 'video/mp4')
  expect(await cache.get(video, asker)).toMatchObject({ mediaType: 'video/mp4', size: mediaFiles.mp4.length })
  const longVideo = Buffer.concat([mediaFiles.mp4, Buffer.alloc(100_001)])
  await expect(cache.get(put(longVideo, 'video/mp4'), asker)).rejects.toMatchObject({ code: 'not_found' })
})

test('what is kept is found by another process, and fetched again when its file is gone', async () => {
  const url = put(mediaFiles.png)
  const first = await new MediaCache(world.ctx, limits).get(url, asker)
  const other = new MediaCache(world.ctx, limits)
  expect(await other.get(url, { ...asker, mayFetch: () => false })).toEqual(first)
  await writeFile(join(cacheDir(world.ctx.config), cachePath(digestOf(url))), 'broken off')
  await expect(other.get(url, { ...asker, mayFetch: () => false })).rejects.toMatchObject({ code: 'limited' })
  expect(await other.get(url, asker)).toMatchObject({ size: mediaFiles.png.length })
  expect(remote.fetched().filter((path) => url.endsWith(path)).length).toBe(2)
})

test('after a week a file is asked for again, and kept when it is not to be had', async () => {
  const cache = new MediaCache(world.ctx, limits)
  const [changed, lost] = [put(mediaFiles.png), put(mediaFiles.png)]
  await Promise.all([cache.get(changed, asker), cache.get(lost, asker)])
  remote.serve(new URL(changed).pathname, (_request, response) =>
    response.writeHead(200, { 'content-type': 'image/gif' }).end(mediaFiles.gif),
  )
  remote.serve(new URL(lost).pathname, (_request, response) => response.writeHead(404).end())
  const before = now
  now = new Date(now.getTime() + 8 * 24 * 3600_000)
  expect(await cache.get(changed, asker)).toMatchObject({ mediaType: 'image/png' })
  await until('it to be refreshed', async () => (await cache.get(changed, asker)).mediaType === 'image/gif')
  expect(await cache.get(lost, asker)).toMatchObject({ mediaType: 'image/png' })
  await until('it to be asked for', () => remote.fetched().filter((path) => lost.endsWith(path)).length === 2)
  expect(await cache.get(lost, asker)).toMatchObject({ mediaType: 'image/png' })
  now = before
})

test('beyond the limit, what was not used for the longest goes', async () => {
  const { ctx } = world
  const cache = new MediaCache(ctx, limits)
  await pruneMedia(ctx, 0)
  const urls: string[] = []
  for (let n = 0; n < 5; n++) {
    const url = put(mediaFiles.png)
    await cache.get(url, asker)
    urls.push(url)
    now = new Date(now.getTime() + 2 * 3600_000)
  }
  await cache.get(urls[0] ?? '', asker)
  const size = mediaFiles.png.length
  expect(await pruneMedia(ctx, size * 3)).toEqual({ files: 2, bytes: size * 2 })
  expect(await Promise.all(urls.map(isHere))).toEqual([true, false, false, true, true])
  expect((await namesOnDisk()).length).toBe(3)
  expect(await pruneMedia(ctx, size * 3)).toEqual({ files: 0, bytes: 0 })
})

test('while files come in, room is made', async () => {
  const ctx = { ...world.ctx, config: { ...world.ctx.config, mediaCacheBytes: mediaFiles.png.length * 2 } }
  const cache = new MediaCache(ctx, limits)
  for (let n = 0; n < 4; n++) {
    now = new Date(now.getTime() + 1_000)
    await cache.get(put(mediaFiles.png), asker)
  }
  expect((await namesOnDisk()).length).toBe(2)
})

test('what came from one host can be thrown away', async () => {
  const { ctx } = world
  const cache = new MediaCache(ctx, limits)
  await pruneMedia(ctx, 0)
  const [here, there] = [put(mediaFiles.png), put(mediaFiles.png).replace('localhost', '127.0.0.1')]
  await Promise.all([cache.get(here, asker), cache.get(there, asker)])
  expect(await purgeMedia(ctx, 'localhost')).toEqual({ files: 0, bytes: 0 })
  expect(await purgeMedia(ctx, new URL(here).host)).toEqual({ files: 1, bytes: mediaFiles.png.length })
  expect([await isHere(here), await isHere(there)]).toEqual([false, true])
  expect((await namesOnDisk()).length).toBe(1)
})

test('files that nobody knows go, once they are an hour old', async () => {
  const { ctx } = world
  await pruneMedia(ctx, 0)
  const url = put(mediaFiles.png)
  await new MediaCache(ctx, limits).get(url, asker)
  const dir = join(cacheDir(ctx.config), 'ff')
  await mkdir(dir, { recursive: true })
  const old = new Date(now.getTime() - 2 * 3600_000)
  for (const name of ['ff'.repeat(32), `${'ff'.repeat(32)}.0123.draft`, 'notes.txt']) {
    await writeFile(join(dir, name), 'x')
    await utimes(join(dir, name), old, old)
  }
  await writeFile(join(dir, 'fe'.repeat(32)), 'x')
  await utimes(join(dir, 'fe'.repeat(32)), now, now)
  await utimes(join(cacheDir(ctx.config), cachePath(digestOf(url))), old, old)
  expect(await sweepMediaFiles(ctx)).toBe(3)
  expect(await namesOnDisk()).toEqual([cachePath(digestOf(url)), join('ff', 'fe'.repeat(32))].toSorted())
})

test('whoever asks for what does not come leaves room for others', async () => {
  const cache = new MediaCache(world.ctx, limits)
  const gone = new AbortController()
  const patient: Asker = { ...asker, signal: gone.signal, network: '192.0.2.2' }
  // Of four domains each, and more than there are places.
  let open = 0
  const servers = await Promise.all(Array.from({ length: 12 }, () => startRemoteServer()))
  const asked = servers.flatMap((server) =>
    Array.from({ length: 4 }, (_, n) => {
      server.serve(`/${n}.mp4`, (_request, response) => {
        open += 1
        response.once('close', () => (open -= 1))
      })
      return cache.get(`${server.origin}/${n}.mp4`, patient).catch((error: unknown) => error)
    }),
  )
  await until('its share to be taken', () => open === 8)
  expect(await cache.get(put(mediaFiles.png), asker)).toMatchObject({ mediaType: 'image/png' })
  expect(open).toBeLessThanOrEqual(8)
  gone.abort()
  expect((await Promise.all(asked)).every((error) => error instanceof Error)).toBe(true)
  for (const server of servers) await server[Symbol.asyncDispose]()
})

test('a server that sends less than it must is given up before its time is over', async () => {
  const hasty = { ...limits, other: { bytes: 200_000, ms: 30_000 }, pace: { bytes: 1_000, ms: 300 } }
  const video = drip('video/mp4', mediaFiles.mp4.subarray(0, 1_000))
  const start = performance.now()
  await expect(new MediaCache(world.ctx, hasty).get(video, asker)).rejects.toMatchObject({
    code: 'not_found',
  })
  expect(performance.now() - start).toBeLessThan(10_000)
})
