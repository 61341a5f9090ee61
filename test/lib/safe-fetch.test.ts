import type { RequestListener, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { createGuardedFetch, type GuardedInit } from '../../src/lib/safe-fetch.ts'
import { record, serve, serveTls, TEST_CERTIFICATE } from './safe-fetch-servers.ts'

const MEBIBYTE = 1_048_576

const fetch = createGuardedFetch({ allowPrivateAddress: true, userAgent: 'Test/1', ca: TEST_CERTIFICATE })
afterAll(() => fetch.close())

/** Asks a server that answers with `listener`. */
async function ask(listener: RequestListener, init?: GuardedInit) {
  await using server = await serve(listener)
  return await fetch(`http://127.0.0.1:${server.port}/path?q=1#fragment`, init)
}

describe('a request', () => {
  const echo: RequestListener = (request, response) => {
    const { method, url, headers } = request
    void text(request).then((body) => response.end(JSON.stringify({ method, url, headers, body })))
  }

  it('carries method, path, headers and body, and says who we are', async () => {
    const headers = { 'Content-Type': 'text/plain', Signature: 'abc' }
    const answer = await ask(echo, { method: 'POST', body: 'hello', headers })
    expect(answer).toMatchObject({ status: 200, ok: true })
    expect(answer.json()).toMatchObject({
      method: 'POST',
      url: '/path?q=1',
      body: 'hello',
      headers: {
        'user-agent': 'Test/1',
        'content-type': 'text/plain',
        'content-length': '5',
        signature: 'abc',
      },
    })
  })

  it('leaves cookies and the headers that are ours out of what the caller gives', async () => {
    const headers = new Headers({
      'User-Agent': 'x',
      Cookie: 'a=b',
      Host: 'evil.example',
      Connection: 'close',
    })
    const sent = (await ask(echo, { headers })).json() as { headers: Record<string, string> }
    expect(sent.headers).toMatchObject({ 'user-agent': 'Test/1', connection: 'keep-alive' })
    expect(sent.headers['host']).toMatch(/^127\.0\.0\.1:/)
    expect(sent.headers).not.toHaveProperty('cookie')
  })

  it('is refused when a header would break out of its line', async () => {
    const asked = ask(echo, { headers: { accept: 'a\r\nx: y' } })
    await expect(asked).rejects.toMatchObject({ kind: 'blocked-url', retryable: false })
  })

  it('opens at most eight sockets to one host', async () => {
    const held: ServerResponse[] = []
    await using server = await serve((_, response) => {
      held.push(response)
      if (held.length === 8) for (const each of held.splice(0)) each.end()
    })
    const url = `http://127.0.0.1:${server.port}/`
    await Promise.all(Array.from({ length: 64 }, () => fetch(url)))
    expect(server.connections()).toBe(8)
  })

  it('is given up with its signal', async () => {
    const given = new AbortController()
    const asked = ask(() => given.abort(), { signal: given.signal })
    await expect(asked).rejects.toMatchObject({ kind: 'aborted', retryable: true })
  })

  it('is not begun with a signal that has fired', async () => {
    await using server = await record()
    const asked = fetch(`http://127.0.0.1:${server.port}/`, { signal: AbortSignal.abort() })
    await expect(asked).rejects.toMatchObject({ kind: 'aborted' })
    expect(server.connections()).toBe(0)
  })

  it('under way fails when the client is closed', async () => {
    const closing = createGuardedFetch({ allowPrivateAddress: true, userAgent: 'Test/1' })
    await using server = await serve(() => void closing.close())
    await expect(closing(`http://127.0.0.1:${server.port}/`)).rejects.toMatchObject({ kind: 'aborted' })
  })
})

describe('an answer', () => {
  it('has its status whatever that is', async () => {
    const answer = await ask((_, response) => response.writeHead(418).end('tea'))
    expect(answer).toMatchObject({ status: 418, ok: false })
    expect(answer.text()).toBe('tea')
    expect(new URL(answer.url)).toMatchObject({ pathname: '/path', search: '?q=1', hash: '' })
  })

  it('has no Accept-Signature and no cookies', async () => {
    const { headers } = await ask((_, response) => {
      response.setHeader('Accept-Signature', ['a=("date");created', 'b=()'])
      response.setHeader('Set-Cookie', 'a=b')
      response.setHeader('Retry-After', '120')
      response.writeHead(401).end()
    })
    expect([...headers.keys()]).toEqual(expect.arrayContaining(['retry-after', 'date']))
    expect(headers.has('accept-signature')).toBe(false)
    expect(headers.has('set-cookie')).toBe(false)
  })

  it.each([
    ['gzip', gzipSync('héllo')],
    ['br', brotliCompressSync('héllo')],
    ['GZIP, br', brotliCompressSync(gzipSync('héllo'))],
    ['identity', Buffer.from('héllo')],
  ])('is decoded from %s', async (encoding, body) => {
    const answer = await ask((request, response) => {
      expect(request.headers['accept-encoding']).toBe('gzip, br')
      response.setHeader('Content-Encoding', encoding).end(body)
    })
    expect(answer.text()).toBe('héllo')
    expect(answer.headers.has('content-encoding')).toBe(false)
  })

  it('keeps 4 KiB of an error page and its status', async () => {
    const answer = await ask((_, response) => response.writeHead(404).end(Buffer.alloc(5 * MEBIBYTE, 'x')))
    expect(answer.status).toBe(404)
    expect(answer.body.length).toBe(4_096)
  })

  it('keeps the status of an error page that cannot be decoded', async () => {
    const answer = await ask((_, response) =>
      response.writeHead(410, { 'content-encoding': 'gzip' }).end('no'),
    )
    expect(answer).toMatchObject({ status: 410, body: Buffer.alloc(0) })
  })

  it.each([
    ['is not JSON', 'text/plain', 'identity'],
    ['is not encoded as it says', 'text/plain', 'gzip'],
    ['has an unknown encoding', 'text/plain', 'rot13'],
  ])('that %s is a decode error', async (_, type, encoding) => {
    const headers = { 'content-type': type, 'content-encoding': encoding }
    const asked = ask((__, response) => response.writeHead(200, headers).end('{')).then((answer) =>
      answer.json(),
    )
    await expect(asked).rejects.toMatchObject({ kind: 'decode', retryable: false, status: 200 })
  })
})

describe('limits', () => {
  it('cut off whoever sends byte by byte at the total deadline', async () => {
    let dripping: NodeJS.Timeout | undefined
    const ended = Promise.withResolvers<void>()
    const started = performance.now()
    const asked = ask(
      (_, response) => {
        response.once('close', ended.resolve)
        dripping = setInterval(() => response.write('x'), 10)
      },
      { timeoutMs: 250 },
    )
    await expect(asked).rejects.toMatchObject({ kind: 'timeout', retryable: true })
    expect(performance.now() - started).toBeLessThan(1_000)
    await ended.promise
    clearInterval(dripping)
  })

  it('cut off whoever sends headers one by one at the total deadline', async () => {
    let dripping: NodeJS.Timeout | undefined
    const asked = ask(
      ({ socket }) => {
        socket.write('HTTP/1.1 200 OK\r\n')
        dripping = setInterval(() => socket.write('x: y\r\n'), 10)
      },
      { timeoutMs: 250 },
    )
    await expect(asked).rejects.toMatchObject({ kind: 'timeout' })
    clearInterval(dripping)
  })

  it('hold for the sum of all redirects', async () => {
    const slow: RequestListener = ({ url }, response) => {
      setTimeout(() => response.writeHead(302, { location: `${url}x` }).end(), 100)
    }
    const asked = ask(slow, { timeoutMs: 250, redirect: {} })
    await expect(asked).rejects.toMatchObject({ kind: 'timeout' })
  })

  it.each([1, 2])('hold for a body decoded from %i layers of gzip', async (layers) => {
    let bomb: Buffer = gzipSync(Buffer.alloc(128 * MEBIBYTE))
    if (layers === 2) bomb = gzipSync(bomb)
    const before = process.memoryUsage().rss
    const encoding = Array(layers).fill('gzip').join(', ')
    const asked = ask((_, response) => response.setHeader('Content-Encoding', encoding).end(bomb))
    await expect(asked).rejects.toMatchObject({ kind: 'too-large', retryable: false })
    expect(process.memoryUsage().rss - before).toBeLessThan(32 * MEBIBYTE)
  })

  it('refuse an answer that is encoded over and over, at once', async () => {
    const started = performance.now()
    const asked = ask((_, response) =>
      response.setHeader('Content-Encoding', 'gzip, '.repeat(2_000)).end('x'),
    )
    await expect(asked).rejects.toMatchObject({ kind: 'decode' })
    expect(performance.now() - started).toBeLessThan(500)
  })

  it('stop reading an endless body', async () => {
    let sent = 0
    function* body() {
      for (const chunk = Buffer.alloc(65_536); sent < 300 * MEBIBYTE; sent += chunk.length) yield chunk
    }
    const asked = ask((_, response) => void pipeline(Readable.from(body()), response).catch(() => {}))
    await expect(asked).rejects.toMatchObject({ kind: 'too-large', retryable: false, status: 200 })
    expect(sent).toBeLessThan(32 * MEBIBYTE)
  })

  it('refuse a body that is announced as too long before reading it', async () => {
    const asked = ask((_, response) => response.writeHead(200, { 'content-length': 1_001 }).flushHeaders(), {
      maxBytes: 1_000,
    })
    await expect(asked).rejects.toMatchObject({ kind: 'too-large' })
  })

  it('take a body of exactly the limit', async () => {
    const answer = await ask((_, response) => response.end(Buffer.alloc(1_000)), { maxBytes: 1_000 })
    expect(answer.body.length).toBe(1_000)
  })

  it('hold for headers', async () => {
    const asked = ask((_, response) => response.setHeader('x', 'y'.repeat(20_000)).end())
    await expect(asked).rejects.toMatchObject({ kind: 'too-large' })
  })
})

describe('redirects', () => {
  /** `/5` leads to `/4` and so on to `/0`, which answers. */
  const countdown: RequestListener = ({ url = '' }, response) => {
    const left = Number(url.slice(1))
    if (left > 0) response.writeHead(302, { location: `/${left - 1}` })
    response.end(url)
  }
  const leadTo =
    (location: string): RequestListener =>
    (_, response) =>
      response.writeHead(302, { location }).end()

  it('are an answer unless they are asked for', async () => {
    const answer = await ask(leadTo('/next'))
    expect(answer.status).toBe(302)
    expect(answer.headers.get('location')).toBe('/next')
  })

  it('are followed five times, not six', async () => {
    await using server = await serve(countdown)
    const origin = `http://127.0.0.1:${server.port}`
    const answer = await fetch(`${origin}/5`, { redirect: {} })
    expect(answer).toMatchObject({ status: 200, url: `${origin}/0` })
    await expect(fetch(`${origin}/6`, { redirect: {} })).rejects.toMatchObject({
      kind: 'redirect',
      retryable: false,
    })
    await expect(fetch(`${origin}/2`, { redirect: { max: 1 } })).rejects.toMatchObject({ kind: 'redirect' })
  })

  it('in a circle are refused', async () => {
    let requests = 0
    const circle: RequestListener = (_, response) => {
      requests += 1
      response.writeHead(302, { location: requests % 2 === 1 ? '/b' : '/path?q=1#other' }).end()
    }
    await expect(ask(circle, { redirect: {} })).rejects.toMatchObject({ kind: 'redirect' })
    expect(requests).toBe(2)
  })

  it.each([
    'file:///etc/passwd',
    'data:text/plain,x',
    'ftp://example.com/',
    'https://user@example.com/',
    '/%0d%0ax',
    'http://[',
  ])('to %s are refused', async (location) => {
    await expect(ask(leadTo(location), { redirect: {} })).rejects.toMatchObject({ kind: 'blocked-url' })
  })

  it('from https to http are refused', async () => {
    await using plain = await record()
    await using server = await serveTls(leadTo(`http://127.0.0.1:${plain.port}/`))
    const asked = fetch(`https://localhost:${server.port}/`, { redirect: {} })
    await expect(asked).rejects.toMatchObject({ kind: 'redirect' })
    expect(plain.connections()).toBe(0)
  })

  it.each(['POST', 'PUT', 'DELETE'])('are never followed with %s', async (method) => {
    await using target = await record()
    const redirect: RequestListener = (_, response) =>
      response.writeHead(307, { location: `http://127.0.0.1:${target.port}/` }).end()
    const answer = await ask(redirect, { method, body: 'secret', redirect: {} })
    expect(answer.status).toBe(307)
    expect(target.connections()).toBe(0)
  })

  const tellHeaders: RequestListener = ({ headers }, response) => response.end(JSON.stringify(headers))
  const personal = { accept: 'a/b', authorization: 'Bearer x', signature: 'y', 'x-other': 'z' }

  it('take nothing personal to another origin', async () => {
    await using other = await serve(tellHeaders)
    const answer = await ask(leadTo(`http://127.0.0.1:${other.port}/`), { headers: personal, redirect: {} })
    const sent = answer.json()
    expect(sent).toMatchObject({ accept: 'a/b', 'user-agent': 'Test/1' })
    for (const name of ['authorization', 'signature', 'x-other']) expect(sent).not.toHaveProperty(name)
  })

  it('take the headers that are made for each hop', async () => {
    await using other = await serve(tellHeaders)
    const onHop = async (url: URL) => ({ signature: `for ${url.port}` })
    const target = `http://127.0.0.1:${other.port}/`
    const answer = await ask(leadTo(target), { headers: personal, redirect: { onHop } })
    const sent = answer.json()
    expect(sent).toMatchObject({ signature: `for ${other.port}` })
    expect(sent).not.toHaveProperty('authorization')
  })
})

describe('failures', () => {
  it('of the network may pass', async () => {
    const { port } = await record().then(async (server) => {
      await server[Symbol.asyncDispose]()
      return server
    })
    const error = await fetch(`http://127.0.0.1:${port}/secret?token=1`).catch((reason) => reason)
    expect(error).toMatchObject({ name: 'FetchError', kind: 'network', retryable: true, status: undefined })
    expect(error.message).toContain(`127.0.0.1:${port}`)
    expect(error.message).not.toContain('secret')
  })

  it('of a connection that is cut are of the network', async () => {
    await expect(ask(({ socket }) => socket.destroy())).rejects.toMatchObject({
      kind: 'network',
      retryable: true,
    })
  })

  it('of what is not HTTP are of the network', async () => {
    const asked = ask(({ socket }) => socket.end('SSH-2.0-OpenSSH\r\n'))
    await expect(asked).rejects.toMatchObject({ kind: 'network' })
  })

  it('of a certificate are told apart', async () => {
    await using distrusting = createGuardedFetch({ allowPrivateAddress: true, userAgent: 'Test/1' })
    await using server = await serveTls((_, response) => response.end('ok'))
    const url = `https://localhost:${server.port}/`
    await expect(distrusting(url)).rejects.toMatchObject({ kind: 'tls', retryable: true })
    expect((await fetch(url)).text()).toBe('ok')
  })
})
