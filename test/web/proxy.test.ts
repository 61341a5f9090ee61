import { get as httpGet, type IncomingMessage, type RequestListener } from 'node:http'
import { beforeAll, describe, expect, test } from 'vitest'
import { mediaFiles } from '../support/media-files.ts'
import { until } from '../support/until.ts'
import { use } from '../support/use.ts'
import { startProxyWorld } from './proxy-world.ts'

const { server, remote, put, proxied, statusOf, timesFetched, filesKept } = await use(startProxyWorld())

describe('media of other servers', () => {
  test('are fetched once, kept, and served as what they are', async () => {
    const url = put(mediaFiles.png)
    const first = await fetch(proxied(url))
    expect(first.status).toBe(200)
    expect(Buffer.from(await first.arrayBuffer())).toEqual(mediaFiles.png)
    expect(Object.fromEntries(first.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-length': String(mediaFiles.png.length),
      'cache-control': 'public, max-age=604800, immutable',
      'content-disposition': expect.stringMatching(/^inline; filename="[0-9a-f]{12}\.png"$/),
      'content-security-policy': "default-src 'none'; sandbox",
      'cross-origin-resource-policy': 'cross-origin',
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'Accept-Ranges, Content-Length, Content-Range, ETag',
      'x-content-type-options': 'nosniff',
      'accept-ranges': 'bytes',
      etag: expect.stringMatching(/^"[\w-]+"$/),
    })
    expect(first.headers.get('set-cookie')).toBeNull()
    expect(await statusOf(url)).toBe(200)
    expect(timesFetched(url)).toBe(1)
  })

  test('may be read in part by pages of any origin', async () => {
    const url = proxied(put(mediaFiles.png))
    const asking = { origin: 'https://app.example', 'access-control-request-method': 'GET' }
    const asked = { ...asking, 'access-control-request-headers': 'range' }
    const { status, headers } = await fetch(url, { method: 'OPTIONS', headers: asked })
    expect([status, headers.get('access-control-allow-origin')]).toEqual([204, '*'])
    expect(headers.get('access-control-allow-headers')).toBe('Range')
    const part = await fetch(url, { headers: { origin: 'https://app.example', range: 'bytes=0-9' } })
    expect([part.status, part.headers.get('access-control-allow-origin')]).toEqual([206, '*'])
  })

  test('are asked for without anything that speaks for a member', async () => {
    const url = put(mediaFiles.png)
    await fetch(proxied(url), {
      headers: { cookie: 'a=b', authorization: 'Bearer x', referer: 'https://x.test/' },
    })
    const asked = remote.arrivals.find((arrival) => arrival.url === new URL(url).pathname)
    expect(asked?.headers).toMatchObject({ 'user-agent': expect.stringContaining('Holdfast/') })
    for (const name of ['cookie', 'authorization', 'referer', 'x-forwarded-for']) {
      expect(asked?.headers).not.toHaveProperty(name)
    }
  })

  test.each([
    ['a GIF that is called a PNG', mediaFiles.gif, 'image/png', 'image/gif'],
    ['a video', mediaFiles.mp4, 'video/mp4', 'video/mp4'],
    ['a sound in the same container', mediaFiles.mp4, 'audio/mp4', 'audio/mp4'],
    ['a file without a type', mediaFiles.gif, 'application/octet-stream', 'image/gif'],
  ])('%s has the type that its bytes have', async (_, body, declared, served) => {
    const response = await fetch(proxied(put(body, declared)))
    expect([response.status, response.headers.get('content-type')]).toEqual([200, served])
    expect(Buffer.from(await response.arrayBuffer())).toEqual(body)
  })

  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')
  const html = Buffer.from('<!doctype html><script>alert(1)</script>')
  test.each([
    ['SVG', svg, 'image/svg+xml'],
    ['SVG that is called a PNG', svg, 'image/png'],
    ['HTML that is called a PNG', html, 'image/png'],
    ['HTML', html, 'text/html'],
    ['a PNG that is called HTML', mediaFiles.png, 'text/html'],
    ['a PNG that is called JSON', mediaFiles.png, 'application/json'],
    ['a video that is called an image', mediaFiles.mp4, 'image/png'],
    ['an image that is called a video', mediaFiles.png, 'video/mp4'],
    ['nothing at all', Buffer.alloc(0), 'image/png'],
    ['XML', Buffer.from('<?xml version="1.0"?><x/>'), 'application/xml'],
  ])('%s is not to be had, and not asked for again', async (_, body, type) => {
    const url = put(body, type)
    const response = await fetch(proxied(url), { redirect: 'manual' })
    expect(response.status).toBe(404)
    expect(await response.text()).not.toContain('alert')
    expect(await statusOf(url)).toBe(404)
    expect(timesFetched(url)).toBe(1)
    expect(await filesKept(url)).toBe(0)
  })

  test.each([404, 410, 403, 500])(
    'an answer of %i is 404, never a redirect to the other server',
    async (status) => {
      const url = put((_request, response) =>
        response.writeHead(status, { 'content-type': 'image/png' }).end(mediaFiles.png),
      )
      const response = await fetch(proxied(url), { redirect: 'manual' })
      expect([response.status, response.headers.get('location')]).toEqual([404, null])
    },
  )

  test('are found behind a redirect', async () => {
    const target = put(mediaFiles.png)
    const url = put((_request, response) => response.writeHead(302, { location: target }).end())
    expect(await statusOf(url)).toBe(200)
  })

  test('are fetched once for all who ask at the same time', async () => {
    const gate = Promise.withResolvers<void>()
    const url = put((_request, response) => {
      void gate.promise.then(() =>
        response.writeHead(200, { 'content-type': 'image/png' }).end(mediaFiles.png),
      )
    })
    const all = Array.from({ length: 12 }, () => statusOf(url))
    await until('the first to ask', () => timesFetched(url) > 0)
    gate.resolve()
    expect(await Promise.all(all)).toEqual(Array(12).fill(200))
    expect(timesFetched(url)).toBe(1)
  })

  test('are asked of one server by four at a time', async () => {
    let [now, most] = [0, 0]
    const gate = Promise.withResolvers<void>()
    const slow: RequestListener = (_request, response) => {
      most = Math.max(most, ++now)
      void gate.promise.then(() => {
        now -= 1
        response.writeHead(200, { 'content-type': 'image/png' }).end(mediaFiles.png)
      })
    }
    const urls = Array.from({ length: 10 }, () => put(slow))
    const all = urls.map(statusOf)
    await until('four to ask', () => now === 4)
    gate.resolve()
    expect(await Promise.all(all)).toEqual(Array(10).fill(200))
    expect(most).toBe(4)
  })
})

describe('what a client may ask', () => {
  let address: string

  beforeAll(async () => {
    address = proxied(put(mediaFiles.mp4, 'video/mp4'))
    await (await fetch(address)).arrayBuffer()
  })

  const size = mediaFiles.mp4.length

  test('HEAD', async () => {
    const response = await fetch(address, { method: 'HEAD' })
    expect([response.status, response.headers.get('content-length')]).toEqual([200, String(size)])
    expect(await response.text()).toBe('')
  })

  test('whether it has changed', async () => {
    const etag = (await fetch(address, { method: 'HEAD' })).headers.get('etag') ?? ''
    expect(await ask(address, { 'if-none-match': etag })).toEqual([304, 0])
    expect(await ask(address, { 'if-none-match': '"other"' })).toEqual([200, size])
  })

  test.each([
    ['bytes=0-9', 206, `bytes 0-9/${size}`, 10],
    ['bytes=-5', 206, `bytes ${size - 5}-${size - 1}/${size}`, 5],
    ['bytes=10-999999999', 206, `bytes 10-${size - 1}/${size}`, size - 10],
    ['bytes=0-1,5-6', 200, null, size],
    ['lines=1-2', 200, null, size],
    [`bytes=${size}-`, 416, `bytes */${size}`, 0],
  ])('Range: %s', async (range, status, contentRange, length) => {
    const response = await fetch(address, { headers: { range } })
    expect([response.status, response.headers.get('content-range')]).toEqual([status, contentRange])
    expect((await response.arrayBuffer()).byteLength).toBe(length)
  })

  test('an address that we made, and no other', async () => {
    const { pathname } = new URL(address)
    const [, , mac = '', encoded = ''] = pathname.split('/')
    const other = Buffer.from(`${remote.origin}/media/other`).toString('base64url')
    const before = remote.arrivals.length
    const altered = [
      `/proxy/${mac}/${other}`,
      `/proxy/${mac.slice(0, -1)}/${encoded}`,
      `/proxy/${mac}x/${encoded}`,
      `/proxy/${mac}/${encoded}=`,
      `/proxy/${mac}/${encoded}AA`,
      `/proxy/${'A'.repeat(27)}/${encoded}`,
      `/proxy/x/${encoded}`,
      `/proxy/${mac}/%00`,
      `/proxy/${mac}/${other}?url=http://10.0.0.1/`,
    ]
    const gone = await (await fetch(`${server.origin}/nowhere`)).text()
    for (const path of altered) {
      const response = await fetch(server.origin + path)
      const text = await response.text()
      if (path.endsWith('%00')) expect(response.status).toBe(400)
      else expect([path, response.status, text]).toEqual([path, 404, gone])
    }
    expect(remote.arrivals.length).toBe(before)
  })

  test('addresses of ours are not proxied', () => {
    const own = `${server.origin}/media/1.png`
    expect(proxied(own)).toBe(own)
    expect(proxied(`${server.origin}.evil.test/1.png`)).toMatch(`${server.origin}/proxy/`)
  })

  test('nothing that is no address of the web', async () => {
    const urls = [
      'data:image/png;base64,AAAA',
      'file:///etc/passwd',
      'javascript:alert(1)',
      'x',
      '',
      'ftp://a.test/',
    ]
    for (const url of urls) expect([url, await statusOf(url)]).toEqual([url, 404])
  })
})

/** Asks as a browser does, without the `no-cache` that `fetch` adds. @returns the status, and the bytes of the body */
async function ask(url: string, headers: Record<string, string>): Promise<[number | undefined, number]> {
  const response = await new Promise<IncomingMessage>((resolve) => httpGet(url, { headers }, resolve))
  const chunks: Buffer[] = await response.toArray()
  return [response.statusCode, Buffer.concat(chunks).length]
}
