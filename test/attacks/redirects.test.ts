import { createServer as createHttpServer, type RequestListener } from 'node:http'
import type { Socket } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { proxiedUrl } from '../../src/domain/media/proxied-url.ts'
import { receiveFollow } from '../../src/domain/follows/receive-follow.ts'
import { createPost } from '../../src/domain/statuses/create-post.ts'
import { learnSoftware } from '../../src/federation/remote/learn-software.ts'
import { createGuardedFetch, type GuardedClient } from '../../src/lib/safe-fetch.ts'
import { generateRsaKeyPair } from '../../src/lib/signatures/keys.ts'
import type { Actor } from '../../src/store/actors.ts'
import { join, listen, serveTls, TEST_CERTIFICATE, type Listening } from '../lib/safe-fetch-servers.ts'
import { post, send } from '../support/letters.ts'
import { startWatchedServer, watch, type WatchedServer } from '../support/oracle.ts'
import { createMember, createStranger } from '../support/people.ts'
import { greeting } from './scene.ts'

let server: WatchedServer
let stranger: Listening
let proxy: Listening
let client: GuardedClient
let bob: Actor
let serial = 0
/** Where tunnels were asked to lead. */
let asked: string[] = []
/** What the stranger was asked for, and how it answers. */
let requests: { url: string; signature: unknown }[] = []
let answer: RequestListener = (_request, response) => void response.writeHead(404).end()
const { privateKey } = await generateRsaKeyPair()

/** Guards up, and one server that anybody may reach, by way of a proxy: `https://a.example.com`. */
beforeAll(async () => {
  stranger = await serveTls((request, response) => {
    const { url = '', headers } = request
    requests.push({ url, signature: headers['signature'] })
    request.resume()
    answer(request, response)
  })
  const tunnels = createHttpServer((_request, response) => response.writeHead(405).end())
  tunnels.on('connect', (request, socket: Socket) => {
    asked.push(String(request.url))
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
    join(socket, stranger.port)
  })
  proxy = await listen(tunnels)
  client = createGuardedFetch({
    allowPrivateAddress: false,
    outboundProxy: `http://127.0.0.1:${proxy.port}`,
    userAgent: 'Holdfast/test',
    ca: TEST_CERTIFICATE,
  })
  server = await startWatchedServer({ env: { ALLOW_PRIVATE_ADDRESS: 'false' }, parts: { fetch: client } })
  bob = await createMember(server.ctx, 'bob')
})

afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  await client?.close()
  await proxy?.[Symbol.asyncDispose]()
  await stranger?.[Symbol.asyncDispose]()
})

beforeEach(() => {
  asked = []
  requests = []
})

const origin = 'https://a.example.com'
const leadTo = (location: string, status = 302): void => {
  answer = (_request, response) => void response.writeHead(status, { location }).end()
}

/** What is asked for, how, and how many redirects of it are followed. */
const doors: [string, () => Promise<unknown>, number?][] = [
  [
    'a key',
    async () => {
      const uri = `${origin}/users/mal${++serial}`
      const body = greeting({ uri }, `${server.origin}/users/bob`)
      const { status } = await post(server, { keyId: `${uri}#main-key`, privateKey, body })
      expect([401, 429]).toContain(status)
    },
  ],
  ['a post', () => server.ctx.remote.fetchNote(`${origin}/notes/${++serial}`)],
  ['a collection', () => server.ctx.remote.readCollection(`${origin}/replies/${++serial}`)],
  ['a handle', () => server.ctx.remote.resolveHandle('mal@a.example.com').catch(() => undefined)],
  ['what a server runs', () => learnSoftware(server.ctx, { host: 'a.example.com' }), 3],
  [
    'a picture',
    async () => {
      const { pathname } = new URL(proxiedUrl(server.ctx, `${origin}/a/${++serial}.png`))
      expect((await send(server.port, { path: pathname })).status).toBe(404)
    },
  ],
]

const inward = [
  ...['https://10.0.0.1/', 'https://127.0.0.1/', 'https://[::1]/', 'https://169.254.169.254/latest'],
  ...['https://localhost/', 'https://2130706433/', 'https://[::ffff:10.0.0.1]/', 'https://printer.local/'],
]
const noWeb = [
  ...['http://a.example.com/', 'http://127.0.0.1/', 'file:///etc/passwd', 'data:application/json,{}'],
  ...['ftp://a.example.com/', 'https://a.example.com:22/', 'https://user@a.example.com/', '/%0d%0aHost:x'],
  ...['http+unix://%2Frun%2Fx.sock/', 'http://['],
]

describe.each(doors)('a redirect of %s', (_what, ask, followed = 5) => {
  it('leads neither inside nor off the web', async () => {
    await watch(
      server,
      async () => {
        for (const location of [...inward, ...noWeb]) {
          leadTo(location)
          await ask()
        }
      },
      { world: [proxy, stranger] },
    )
    expect(requests.length).toBeGreaterThanOrEqual(inward.length + noWeb.length)
    expect([...new Set(asked)].filter((place) => place !== 'a.example.com:443')).toEqual([])
  })

  it('is followed a few times, and not in a circle', async () => {
    answer = ({ url = '' }, response) => void response.writeHead(302, { location: `${url}x` }).end()
    await watch(server, ask, { world: [proxy, stranger] })
    expect(requests).toHaveLength(1 + followed)
    requests = []
    answer = ({ url = '' }, response) =>
      void response.writeHead(302, { location: url.endsWith('#') ? '/circle' : `${url}#` }).end()
    await watch(server, ask, { world: [proxy, stranger] })
    expect(requests).toHaveLength(1)
  })
})

it.each([301, 302, 303, 307, 308])(
  'A delivery is led nowhere by a redirect (%i), and its signature with it',
  async (status) => {
    const follower = await createStranger(server.ctx, `fan${status}`, { domain: 'a.example.com' })
    leadTo('https://[::1]/inbox', status)
    const { effects } = await watch(
      server,
      async () => {
        await receiveFollow(server.ctx, { follower, target: bob, activityUri: `${follower.uri}#follow` })
        await createPost(server.ctx, bob, { text: 'Hello', visibility: 'public' })
      },
      { world: [proxy, stranger] },
    )
    expect(effects).toEqual(expect.arrayContaining([expect.stringMatching(/^deliveries/)]))
    const urls = requests.map(({ url }) => url)
    expect(urls).toContain(`/users/fan${status}/inbox`)
    expect(urls.filter((url) => !url.includes('inbox'))).toEqual([])
    expect(asked.filter((place) => place !== 'a.example.com:443')).toEqual([])
  },
)

it('A redirect inward takes no signature along', async () => {
  leadTo('https://10.0.0.1/')
  const before = requests.length
  await watch(server, () => server.ctx.remote.fetchNote(`${origin}/signed`), { world: [proxy, stranger] })
  expect(requests.slice(before).map(({ url }) => url)).toEqual(['/signed'])
  expect(requests[0]?.signature).toBeDefined()
  expect(asked).not.toContain('10.0.0.1:443')
})
