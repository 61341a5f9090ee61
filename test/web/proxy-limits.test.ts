import { readdir } from 'node:fs/promises'
import { createServer, get as httpGet, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { cacheDir } from '../../src/domain/media/cache-files.ts'
import { proxiedUrl } from '../../src/domain/media/proxied-url.ts'
import { createGuardedFetch } from '../../src/lib/safe-fetch.ts'
import { deleteDomainBlock, insertDomainBlock } from '../../src/store/hosts.ts'
import { mediaFiles } from '../support/media-files.ts'
import { startServer } from '../support/server.ts'
import { until } from '../support/until.ts'
import { use } from '../support/use.ts'
import { startProxyWorld } from './proxy-world.ts'

const { server, remote, put, proxied, statusOf, timesFetched, filesKept } = await use(startProxyWorld())

describe('other servers that waste our time', () => {
  test('a file longer than it may be is given up, whether that is said or not', async () => {
    const said = put((_request, response) => {
      response.writeHead(200, { 'content-type': 'image/png', 'content-length': 17 * 1_048_576 })
      response.write(mediaFiles.png)
    })
    expect(await statusOf(said)).toBe(404)
    const unsaid = put((_request, response) => {
      response.writeHead(200, { 'content-type': 'image/png' })
      void pipeline(endless(), response).catch(() => undefined)
    })
    expect(await statusOf(unsaid)).toBe(404)
    expect(await filesKept(unsaid)).toBe(0)
  })

  test('what is encoded is not decoded', async () => {
    const bomb = gzipSync(Buffer.alloc(10_000_000))
    const url = put((_request, response) =>
      response.writeHead(200, { 'content-type': 'image/png', 'content-encoding': 'gzip' }).end(bomb),
    )
    expect(await statusOf(url)).toBe(404)
    const asked = remote.arrivals.find((arrival) => arrival.url === new URL(url).pathname)
    expect(asked?.headers['accept-encoding']).toBe('identity')
  })

  test('a body that breaks off leaves nothing behind', async () => {
    const url = put((_request, response) => {
      response.writeHead(200, { 'content-type': 'image/png', 'content-length': 1_000 })
      response.write(mediaFiles.png, () => response.destroy())
    })
    expect(await statusOf(url)).toBe(404)
    expect(await filesKept(url)).toBe(0)
  })

  test('a client that goes away ends the fetch, and the next one begins anew', async () => {
    const closed = Promise.withResolvers<void>()
    let isSlow = true
    const url = put((_request, response) => {
      response.writeHead(200, { 'content-type': 'image/png' })
      if (!isSlow) return response.end(mediaFiles.png)
      response.once('close', () => closed.resolve())
      response.write(mediaFiles.png.subarray(0, 10))
    })
    const request = httpGet(proxied(url)).on('error', () => undefined)
    await until('the fetch to begin', () => timesFetched(url) === 1)
    request.destroy()
    await closed.promise
    isSlow = false
    expect(await statusOf(url)).toBe(200)
  })

  test('a client that goes away leaves the file to the others', async () => {
    const gate = Promise.withResolvers<void>()
    const url = put((_request, response) => {
      void gate.promise.then(() =>
        response.writeHead(200, { 'content-type': 'image/png' }).end(mediaFiles.png),
      )
    })
    const request = httpGet(proxied(url)).on('error', () => undefined)
    const other = statusOf(url)
    await until('the fetch to begin', () => timesFetched(url) === 1)
    request.destroy()
    gate.resolve()
    expect(await other).toBe(200)
  })
})

describe('who is not asked', () => {
  afterEach(async () => void (await deleteDomainBlock(server.ctx.db, 'localhost')))

  test('a blocked domain, nor are its media shown that are here already', async () => {
    const [kept, url] = [put(mediaFiles.png), put(mediaFiles.png)]
    expect(await statusOf(kept)).toBe(200)
    await insertDomainBlock(server.ctx.db, 'localhost', '')
    expect(await statusOf(kept)).toBe(404)
    expect(await statusOf(url)).toBe(404)
    expect(timesFetched(url)).toBe(0)
    await deleteDomainBlock(server.ctx.db, 'localhost')
    expect(await statusOf(url)).toBe(200)
  })

  test('a blocked domain by the redirect of another', async () => {
    const target = put(mediaFiles.png)
    await using other = await serveOn127((_request, response) =>
      response.writeHead(302, { location: target }).end(),
    )
    await insertDomainBlock(server.ctx.db, 'localhost', '')
    expect(await statusOf(`${other.origin}/a.png`)).toBe(404)
    expect(timesFetched(target)).toBe(0)
  })

  test('private addresses, neither at once nor by redirect', async () => {
    const guarded = createGuardedFetch({
      allowPrivateAddress: false,
      userAgent: 'Test/1',
      resolve: async () => [{ address: '127.0.0.1', family: 4 }],
    })
    await using strict = await startServer({ parts: { fetch: guarded } })
    const before = remote.arrivals.length
    for (const url of [
      put(mediaFiles.png),
      'https://inward.example/a.png',
      'http://169.254.169.254/',
      'https://[::1]/a.png',
    ]) {
      expect((await fetch(proxiedUrl(strict.ctx, url))).status).toBe(404)
    }
    expect(remote.arrivals.length).toBe(before)
    await guarded.close()
  })
})

test('with nothing to be kept, files are handed on as they come', async () => {
  await using streaming = await startServer({ env: { MEDIA_CACHE_MIB: '0' } })
  const url = put(mediaFiles.mp4, 'video/mp4')
  const response = await fetch(proxiedUrl(streaming.ctx, url), { headers: { range: 'bytes=0-1' } })
  expect([
    response.status,
    response.headers.get('content-type'),
    response.headers.get('accept-ranges'),
  ]).toEqual([200, 'video/mp4', 'none'])
  expect(Buffer.from(await response.arrayBuffer())).toEqual(mediaFiles.mp4)
  expect(await readdir(cacheDir(streaming.ctx.config)).catch(() => [])).toEqual([])
  const bad = put(Buffer.from('<p>'), 'image/png')
  expect((await fetch(proxiedUrl(streaming.ctx, bad))).status).toBe(404)
})

test('a client may make us ask others three hundred times in five minutes', async () => {
  await using own = await startServer()
  const statuses: number[] = []
  while (statuses.at(-1) !== 429 && statuses.length < 1_000) {
    const response = await fetch(proxiedUrl(own.ctx, `${remote.origin}/none/${statuses.length}`))
    statuses.push(response.status)
  }
  // One comes back every second.
  expect(statuses.length).toBeGreaterThan(300)
  expect(statuses.length).toBeLessThan(400)
  expect(new Set(statuses)).toEqual(new Set([404, 429]))
  // What was asked for before costs nothing.
  expect((await fetch(proxiedUrl(own.ctx, `${remote.origin}/none/0`))).status).toBe(404)
})

function* endless() {
  yield mediaFiles.png
  for (;;) yield Buffer.alloc(65_536)
}

async function serveOn127(listener: RequestListener) {
  const other = createServer(listener).listen(0, '127.0.0.1')
  await new Promise((resolve) => other.once('listening', resolve))
  return {
    origin: `http://127.0.0.1:${(other.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => void (await new Promise((resolve) => other.close(resolve))),
  }
}
