import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { createServer as createTcpServer, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { createGuardedFetch } from '../../src/lib/safe-fetch.ts'
import {
  join,
  listen,
  record,
  serve,
  serveTls,
  TEST_CERTIFICATE,
  type Listening,
} from './safe-fetch-servers.ts'

type Proxy = Listening & { readonly asked: string[]; readonly credentials: string[] }

/** Leads every tunnel to `port`, whatever it was asked for. */
async function serveConnectProxy(port: number): Promise<Proxy> {
  const asked: string[] = []
  const credentials: string[] = []
  const server = createHttpServer((_, response) => response.writeHead(405).end())
  server.on('connect', (request, socket: Socket) => {
    asked.push(String(request.url))
    credentials.push(String(request.headers['proxy-authorization']))
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
    join(socket, port)
  })
  return Object.assign(await listen(server), { asked, credentials })
}

/** RFC 1928, byte by byte: `reply` is its answer to CONNECT. */
async function serveSocksProxy(port: number, reply = 0): Promise<Proxy> {
  const asked: string[] = []
  const credentials: string[] = []
  const server = createTcpServer(async (socket) => {
    socket.on('error', () => {})
    const read = async (size: number): Promise<Buffer> => {
      for (;;) {
        const bytes = socket.read(size) as Buffer | null
        if (bytes !== null) return bytes
        await once(socket, 'readable')
      }
    }
    const readCounted = async () => read((await read(1))[0] ?? 0)
    const readText = async () => String(await readCounted())
    await read(1)
    const [method = 0xff] = await readCounted()
    socket.write(Buffer.of(5, method))
    if (method === 2) {
      await read(1)
      credentials.push(`${await readText()}:${await readText()}`)
      socket.write(Buffer.of(1, 0))
    }
    const [, , , type] = await read(4)
    const address =
      type === 1
        ? (await read(4)).join('.')
        : type === 4
          ? (await read(16)).toString('hex')
          : await readText()
    asked.push(`${address}:${(await read(2)).readUInt16BE()}`)
    for (const byte of [5, reply, 0, 3, 2, 0x61, 0x62, 0, 0]) socket.write(Buffer.of(byte))
    if (reply === 0) join(socket, port)
    else socket.end()
  })
  return Object.assign(await listen(server), { asked, credentials })
}

const through = (outboundProxy: string) =>
  createGuardedFetch({
    allowPrivateAddress: false,
    outboundProxy,
    userAgent: 'Test/1',
    ca: TEST_CERTIFICATE,
    resolve: () => Promise.reject(new Error('the proxy resolves')),
  })

const KINDS = [
  ['http', serveConnectProxy],
  ['socks5', serveSocksProxy],
] as const

describe.each(KINDS)('through a proxy over %s', (scheme, serveProxy) => {
  it('names go unresolved, TLS is ours from end to end, tunnels are used again and again', async () => {
    await using target = await serveTls(({ url }, response) => response.end(url))
    await using proxy = await serveProxy(target.port)
    await using fetch = through(`${scheme}://127.0.0.1:${proxy.port}`)
    const ask = async (path: string) => (await fetch(`https://a.example.com${path}`)).text()
    const paths = Array.from({ length: 32 }, (_, index) => `/${index}`)
    expect(await Promise.all(paths.map(ask))).toEqual(paths)
    expect(proxy.asked).toEqual(Array(8).fill('a.example.com:443'))
  })

  it('an IPv6 address is spelled as the proxy wants it', async () => {
    await using target = await serveTls((_, response) => response.end('ok'))
    await using proxy = await serveProxy(target.port)
    await using fetch = through(`${scheme}://127.0.0.1:${proxy.port}`)
    expect((await fetch('https://[2606:4700::1]/')).text()).toBe('ok')
    const expected = { http: '[2606:4700::1]:443', socks5: '26064700000000000000000000000001:443' }
    expect(proxy.asked).toEqual([expected[scheme]])
  })

  it('credentials go to the proxy and not to the host', async () => {
    await using target = await serveTls(({ headers }, response) => response.end(JSON.stringify(headers)))
    await using proxy = await serveProxy(target.port)
    await using fetch = through(`${scheme}://me:p%40ss@127.0.0.1:${proxy.port}`)
    const sent = (await fetch('https://a.example.com/')).json()
    const basic = `Basic ${Buffer.from('me:p@ss').toString('base64')}`
    expect(proxy.credentials).toEqual([{ http: basic, socks5: 'me:p@ss' }[scheme]])
    expect(JSON.stringify(sent)).not.toMatch(/authorization|Basic/i)
  })

  it('an onion service is reached over http', async () => {
    await using target = await serve((_, response) => response.end('hidden'))
    await using proxy = await serveProxy(target.port)
    await using fetch = through(`${scheme}://127.0.0.1:${proxy.port}`)
    expect((await fetch('http://abc.onion/')).text()).toBe('hidden')
    expect(proxy.asked).toEqual(['abc.onion:80'])
    await expect(fetch('http://a.example.com/')).rejects.toMatchObject({ kind: 'blocked-url' })
  })

  it.each(['10.0.0.1', '0x7f.1', '[::1]', '[::ffff:10.0.0.1]', 'localhost', 'intranet'])(
    '%s is refused without asking the proxy',
    async (host) => {
      await using proxy = await serveProxy(0)
      await using fetch = through(`${scheme}://127.0.0.1:${proxy.port}`)
      await expect(fetch(`https://${host}/`)).rejects.toMatchObject({ kind: 'blocked-address' })
      expect(proxy.connections()).toBe(0)
    },
  )

  it.each(['https://10.0.0.1/', 'https://[::1]/', 'https://localhost/', 'https://2130706433/'])(
    'a redirect to %s is refused without a hop being signed',
    async (location) => {
      const hops: string[] = []
      const onHop = (url: URL) => {
        hops.push(url.href)
        return {}
      }
      await using target = await serveTls((_, response) => response.writeHead(302, { location }).end())
      await using proxy = await serveProxy(target.port)
      await using fetch = through(`${scheme}://127.0.0.1:${proxy.port}`)
      const asked = fetch('https://a.example.com/', { redirect: { onHop } })
      await expect(asked).rejects.toMatchObject({ kind: 'blocked-address', retryable: false })
      expect(hops).toEqual([])
      expect(proxy.asked).toEqual(['a.example.com:443'])
    },
  )

  it("a certificate for another name is not the host's", async () => {
    await using target = await serveTls((_, response) => response.end('ok'))
    await using proxy = await serveProxy(target.port)
    await using fetch = through(`${scheme}://127.0.0.1:${proxy.port}`)
    await expect(fetch('https://other.example.com/')).rejects.toMatchObject({ kind: 'tls' })
  })

  it('a proxy that says nothing is left at the deadline', async () => {
    await using proxy = await record()
    await using fetch = through(`${scheme}://127.0.0.1:${proxy.port}`)
    const asked = fetch('https://a.example.com/', { timeoutMs: 200 })
    await expect(asked).rejects.toMatchObject({ kind: 'timeout', retryable: true })
    expect(proxy.connections()).toBe(1)
  })

  it('a proxy that is gone is a failure of the network', async () => {
    const proxy = await record()
    await proxy[Symbol.asyncDispose]()
    await using fetch = through(`${scheme}://127.0.0.1:${proxy.port}`)
    const asked = fetch('https://a.example.com/')
    await expect(asked).rejects.toMatchObject({ kind: 'network', message: expect.stringContaining('proxy') })
  })
})

it('a SOCKS5 refusal is told in words', async () => {
  await using proxy = await serveSocksProxy(0, 5)
  await using fetch = through(`socks5h://127.0.0.1:${proxy.port}`)
  const asked = fetch('https://a.example.com/')
  await expect(asked).rejects.toMatchObject({ kind: 'network', message: expect.stringContaining('refused') })
})

it('a CONNECT refusal is told with its status', async () => {
  const server = createHttpServer().on('connect', (_, socket: Socket) => {
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
  })
  await using proxy = await listen(server)
  await using fetch = through(`http://127.0.0.1:${proxy.port}`)
  const asked = fetch('https://a.example.com/')
  await expect(asked).rejects.toMatchObject({ kind: 'network', message: expect.stringContaining('403') })
})
