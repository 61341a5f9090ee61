import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { proxiedUrl } from '../../src/domain/media/proxied-url.ts'
import { receiveFollow } from '../../src/domain/follows/receive-follow.ts'
import { followActor } from '../../src/domain/follows/follow-actor.ts'
import { receiveAccept } from '../../src/domain/follows/receive-answer.ts'
import { learnSoftware } from '../../src/federation/remote/learn-software.ts'
import { createGuardedFetch, type GuardedClient } from '../../src/lib/safe-fetch.ts'
import { exportPublicKeyPem, generateRsaKeyPair } from '../../src/lib/signatures/keys.ts'
import type { Actor } from '../../src/store/actors.ts'
import { findFollowBetween } from '../../src/store/follows.ts'
import { bindRemoteKeys } from '../../src/store/keys.ts'
import { record, type Listening } from '../lib/safe-fetch-servers.ts'
import { post, send } from '../support/letters.ts'
import { expectRefused, startWatchedServer, watch, type WatchedServer } from '../support/oracle.ts'
import { createMember, createStranger, type Stranger } from '../support/people.ts'
import { activityOf } from '../support/remote-server.ts'
import { greeting } from './scene.ts'

/** No connection is made to any of these, whatever name leads there. */
const inwardAddresses = [
  ...['127.0.0.1', '0.0.0.0', '10.0.0.1', '100.64.0.1', '169.254.169.254', '172.16.0.1', '192.0.0.1'],
  ...['192.168.0.1', '192.175.48.1', '198.18.0.1', '224.0.0.1', '255.255.255.255'],
  ...['::', '::1', '::ffff:10.0.0.1', '64:ff9b::a00:1', '100::1', '2001::1', '2001:db8::1', '2002:a00:1::'],
  ...['3fff::1', '5f00::1', 'fc00::1', 'fe80::1', 'fec0::1', 'ff02::1'],
]

let server: WatchedServer
let inside: Listening
let client: GuardedClient
let bob: Actor
let answers: string[][] = []
let asked: string[] = []
let serial = 0
let latest = ''
const { publicKey, privateKey } = await generateRsaKeyPair()

/** Every name of a stranger leads inside, where somebody listens on a port that is open to us. */
beforeAll(async () => {
  inside = await record()
  const resolve = async (hostname: string) => {
    asked.push(hostname)
    const addresses = answers.shift() ?? ['127.0.0.1']
    return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  }
  const options = { allowPrivateAddress: false, userAgent: 'Holdfast/test', resolve }
  client = createGuardedFetch({ ...options, extraPorts: [inside.port] })
  server = await startWatchedServer({ env: { ALLOW_PRIVATE_ADDRESS: 'false' }, parts: { fetch: client } })
  bob = await createMember(server.ctx, 'bob')
})

afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  await client?.close()
  expect(inside.connections()).toBe(0)
  await inside?.[Symbol.asyncDispose]()
})

beforeEach(() => {
  answers = []
  asked = []
})

/** A server of which nobody has heard yet. */
function place(): string {
  latest = `evil${++serial}.example`
  return `${latest}:${inside.port}`
}
const bobUri = () => `${server.origin}/users/bob`

/** Somebody of a stranger's server, whose key we know already. */
async function knowSomebody(domain = place()): Promise<Stranger> {
  const somebody = await createStranger(server.ctx, `mal${++serial}`, { domain })
  const key = { keyUri: `${somebody.uri}#main-key`, publicKey: exportPublicKeyPem(publicKey) }
  await server.ctx.db
    .transaction()
    .execute((tx) => bindRemoteKeys(tx, [{ ...key, actorUri: somebody.uri }], new Date()))
  return somebody
}

/** Somebody whom bob follows. */
async function knowFollowed(): Promise<Stranger> {
  const somebody = await knowSomebody()
  await followActor(server.ctx, bob, somebody)
  const follow = await findFollowBetween(server.ctx.db, bob.id, somebody.id)
  await receiveAccept(server.ctx, { from: somebody, followId: follow!.id })
  await server.settle()
  return somebody
}

const tell = (by: Stranger, activity: object) =>
  post(server, { keyId: `${by.uri}#main-key`, privateKey, body: activity })

const claim = (uri: string) =>
  post(server, { keyId: `${uri}#main-key`, privateKey, body: greeting({ uri }, bobUri()) })

/** Each is turned away as the key of somebody who greets bob, and nothing comes of it. */
async function expectAllRefused(uris: readonly string[]): Promise<void> {
  const { value, effects } = await watch(server, async () => {
    const statuses: Record<string, boolean> = {}
    for (const uri of uris) {
      const { status } = await claim(uri)
      statuses[uri] = status >= 400 && status < 500
    }
    return statuses
  })
  expect({ value, effects }).toEqual({
    value: Object.fromEntries(uris.map((uri) => [uri, true])),
    effects: [],
  })
}

describe('no name leads to an address that is not public', () => {
  it('of whatever kind', async () => {
    answers = inwardAddresses.map((address) => [address])
    await expectAllRefused(inwardAddresses.map(() => `https://${place()}/users/mal`))
    expect(asked).toHaveLength(inwardAddresses.length)
  })

  it('also when it leads to a public one beside it, or before', async () => {
    answers = [['127.0.0.1', '2000::1'], ['2000::1'], ['127.0.0.1'], ['::1']]
    const uri = `https://${place()}/users/mal`
    for (const path of ['', '/1', '/2', '/3']) await expectRefused(server, () => claim(uri + path))
  })
})

describe('nothing is asked of what is no public place on the web', () => {
  it.each<[string, readonly string[]]>([
    ['addresses', inwardAddresses.map((address) => (address.includes(':') ? `[${address}]` : address))],
    [
      'names',
      ['localhost', 'LOCALHOST', 'localhost.', 'intranet', 'x.localhost', 'x.internal', 'printer.local'],
    ],
    [
      'other spellings',
      ['2130706433', '0x7f.1', '0177.0.0.1', '127.1', '[::ffff:7f00:1]', '%31%32%37.0.0.1'],
    ],
  ])('%s', async (_kind, hosts) => {
    await expectAllRefused(hosts.map((host) => `https://${host}:${inside.port}/users/mal`))
    expect(asked).toEqual([])
  })

  it.each<[string, readonly string[]]>([
    ['ports', [22, 25, 5432, 6379].map((port) => `https://evil.example:${port}/users/mal`)],
    [
      'schemes',
      [
        'http://evil.example/x',
        'ftp://evil.example/x',
        'file:///etc/passwd',
        'data:application/json,{}',
        'gopher://evil.example:70/x',
      ],
    ],
    ['sockets', ['http+unix://%2Fvar%2Frun%2Fdocker.sock/x', 'http://unix:/var/run/docker.sock:/x']],
    ['users', ['https://user:word@evil.example/x', 'https://user@evil.example/x']],
    [
      'line breaks',
      ['https://evil.example/%0d%0aHost:%20x', 'https://evil.example/%0A', 'https://evil.example/%00'],
    ],
    ['zones', ['https://[::1%25lo]/', 'https://[fe80::1%25eth0]/']],
  ])('%s', async (_kind, uris) => {
    await expectAllRefused(uris)
    expect(asked).toEqual([])
  })
})

describe('one client asks for everything: no connection leads inside', () => {
  const url = () => `https://${place()}/x`
  const remote = () => server.ctx.remote
  const quietly = (work: Promise<unknown>): Promise<unknown> => work.catch(() => undefined)
  const follow = async (fields: Partial<Stranger>) => {
    const follower = { ...(await knowSomebody()), ...fields }
    await receiveFollow(server.ctx, { follower, target: bob, activityUri: `${follower.uri}#follow` })
  }

  it.each<[string, () => Promise<unknown>]>([
    ['a handle', () => quietly(remote().resolveHandle(`mal@${place()}`))],
    ['an actor', () => remote().resolveActor(url())],
    ['an actor in the background', () => remote().resolveActor(url(), 'background')],
    ['a post', () => remote().fetchNote(url())],
    ['a thread', () => remote().resolveStatus(url())],
    ['an activity', () => remote().fetchActivity(url())],
    ['a consent', () => remote().fetchQuoteAuthorization(url())],
    ['a collection', () => remote().readCollection(url(), { maxItems: 10 })],
    ['a list of followers', () => remote().fetchFollowers(url())],
    ['a list of tags', () => remote().readTags(url())],
    ['what a server runs', () => learnSoftware(server.ctx, { host: place() })],
    ['an answer to a follow', () => follow({})],
    ['a follow', async () => void (await followActor(server.ctx, bob, await knowSomebody()))],
    [
      'a picture',
      async () => {
        const { pathname } = new URL(proxiedUrl(server.ctx, url()))
        expect((await send(server.port, { path: pathname })).status).toBe(404)
      },
    ],
    [
      'a context',
      async () => {
        const by = await knowSomebody()
        const context = { '@context': [`https://${place()}/context`] }
        const activity = { ...activityOf(by, 'Like', { object: bobUri() }), ...context }
        expect((await tell(by, activity)).status).toBe(202)
      },
    ],
    [
      'what somebody passes on',
      async () => {
        const by = await knowSomebody()
        const carried = greeting({ uri: `https://${place()}/users/other` }, bobUri())
        expect((await tell(by, { ...carried, signature: {} })).status).toBe(202)
      },
    ],
    [
      'what somebody boosts',
      async () => {
        const by = await knowFollowed()
        expect((await tell(by, activityOf(by, 'Announce', { object: url() }))).status).toBe(202)
      },
    ],
    [
      'where somebody has moved',
      async () => {
        const by = await knowFollowed()
        const move = activityOf(by, 'Move', { object: by.uri, target: url() })
        expect((await tell(by, move)).status).toBe(202)
      },
    ],
  ])('for %s', async (_what, ask) => {
    await watch(server, ask)
    expect(asked).toContain(latest)
  })

  it('and what cannot be delivered is given up, and says why', async () => {
    await follow({})
    await server.settle()
    const rows = await server.ctx.db.selectFrom('deliveries').select(['state', 'lastError']).execute()
    expect(rows).not.toEqual([])
    for (const row of rows)
      expect(row).toEqual({ state: 'dead', lastError: expect.stringContaining('blocked address') })
  })
})

it('Only addresses of media that we made are asked for', async () => {
  const own = new URL(proxiedUrl(server.ctx, `https://${place()}/a.png`)).pathname
  const [, , mac = '', encoded = ''] = own.split('/')
  const other = Buffer.from('https://10.0.0.1/').toString('base64url')
  const odd = [
    `/proxy/${mac}/${other}`,
    `/proxy/${'A'.repeat(27)}/${encoded}`,
    `/proxy/${mac}/${encoded}=`,
    `/proxy//${encoded}`,
    `/proxy/${mac}`,
    `/proxy/?url=https://10.0.0.1/`,
    `/proxy/${mac}/${encoded}%26proxy=http%3A%2F%2F10.0.0.1`,
  ]
  for (const path of odd) {
    const answer = await expectRefused(server, () => send(server.port, { path }))
    expect(answer.status, path).toBe(404)
  }
  expect(asked).toEqual([])
})
