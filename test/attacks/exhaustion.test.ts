import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { proxiedUrl } from '../../src/domain/media/proxied-url.ts'
import { exportPublicKeyPem, generateRsaKeyPair } from '../../src/lib/signatures/keys.ts'
import { post, send } from '../support/letters.ts'
import { activityOf, noteOf, type RemoteActor } from '../support/remote-server.ts'
import { confidential, watch } from '../support/oracle.ts'
import { findPost, greeting, startScene, type Scene } from './scene.ts'

const activityType = 'application/activity+json'
const mebibyte = 1_048_576
const packed = gzipSync(Buffer.alloc(100 * mebibyte))

let scene: Scene
let mal: RemoteActor
let serial = 0

beforeAll(async () => {
  scene = await startScene()
  ;({ mal } = scene)
})
afterAll(() => scene?.[Symbol.asyncDispose]())

beforeEach(() => {
  for (const { arrivals } of [scene.victim, scene.evil]) arrivals.length = 0
})

const hello = (more?: object) => greeting(mal, scene.bobUri, more)
const asMal = () => ({ keyId: mal.keyId, privateKey: mal.privateKey, body: hello() })

/** Claims to sign with a key that is to be had where `answer` is. */
async function askForKey(answer: RequestListener): Promise<{ seconds: number; asked: number }> {
  const path = `/keys/${++serial}`
  scene.evil.serve(path, answer)
  const started = performance.now()
  await scene.expectRefused(() => post(scene.server, { ...asMal(), keyId: scene.evil.origin + path }))
  return { seconds: (performance.now() - started) / 1000, asked: scene.evil.fetched().length }
}

const endless =
  (type: string, chunk: Buffer): RequestListener =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': type })
    const more = (): void => {
      while (!response.destroyed && response.write(chunk));
      response.once('drain', more)
    }
    more()
  }

describe('a key is asked for, and little is taken for an answer', () => {
  it.each<[string, RequestListener]>([
    ['without end', endless(activityType, Buffer.alloc(65_536, 0x20))],
    [
      'of an error without end',
      (request, response) => {
        response.statusCode = 404
        endless('text/html', Buffer.alloc(65_536, 0x20))(request, response)
      },
    ],
    [
      'of a page with a tag without end',
      (_request, response) =>
        response.writeHead(200, { 'content-type': 'text/html' }).end(`<a ${'a '.repeat(500_000)}`),
    ],
    [
      'packed',
      (_request, response) =>
        response.writeHead(200, { 'content-type': activityType, 'content-encoding': 'gzip' }).end(packed),
    ],
    [
      'packed over and over',
      (_request, response) =>
        response
          .writeHead(200, { 'content-type': activityType, 'content-encoding': 'gzip, '.repeat(2000) })
          .end('x'),
    ],
    [
      'without bottom',
      (_request, response) =>
        response.writeHead(200, { 'content-type': activityType }).end('['.repeat(500_000)),
    ],
    [
      'with many headers',
      (_request, response) => {
        for (let index = 0; index < 2000; index++) response.setHeader(`x-${index}`, 'y'.repeat(100))
        response.end('{}')
      },
    ],
  ])('%s', async (_name, answer) => {
    const { seconds, asked } = await askForKey(answer)
    expect(seconds).toBeLessThan(5)
    expect(asked).toBeLessThanOrEqual(3)
  })

  it('and redirects and pages that name each other are left', async () => {
    const circle = await askForKey((request, response) =>
      response.writeHead(302, { location: request.url ?? '' }).end(),
    )
    expect(circle.asked).toBe(1)
    scene.evil.arrivals.length = 0
    const link = `<${scene.evil.origin}/keys/other>; rel="alternate"; type="${activityType}"`
    const page = await askForKey((_request, response) =>
      response.writeHead(200, { 'content-type': 'text/html', link }).end('<p>'),
    )
    expect(page.asked).toBe(1)
  })

  it('and it is asked for once in a while, however many say they have it', async () => {
    const keyId = `${scene.evil.origin}/users/nobody${++serial}#main-key`
    const { value, effects } = await scene.watch(() =>
      Promise.all(Array.from({ length: 100 }, () => post(scene.server, { ...asMal(), keyId }))),
    )
    expect(new Set(value.map(({ status }) => status))).toEqual(new Set([401]))
    expect(effects).toEqual([])
    expect(scene.evil.fetched()).toHaveLength(1)
  })

  it('and whoever drips is left after fifteen seconds, whatever was asked', { timeout: 60_000 }, async () => {
    const drips = new Set<NodeJS.Timeout>()
    const drip =
      (type: string): RequestListener =>
      (_request, response) => {
        response.writeHead(200, { 'content-type': type })
        drips.add(setInterval(() => response.write(' '), 500))
      }
    for (const path of ['/slow/key', '/slow/note', '/slow/context', '/slow/a.png'])
      scene.evil.serve(path, drip(path.endsWith('png') ? 'image/png' : activityType))
    const { origin } = scene.evil
    const { remote } = scene.server.ctx
    const started = performance.now()
    await scene.watch(() =>
      Promise.all([
        post(scene.server, { ...asMal(), keyId: `${origin}/slow/key` }),
        remote.fetchNote(`${origin}/slow/note`),
        remote.readCollection(`${origin}/slow/note`),
        mal.post(scene.server, { ...hello(), '@context': [`${origin}/slow/context`] }),
        send(scene.server.port, {
          path: new URL(proxiedUrl(scene.server.ctx, `${origin}/slow/a.png`)).pathname,
        }),
      ]),
    )
    for (const each of drips) clearInterval(each)
    expect((performance.now() - started) / 1000).toBeLessThan(20)
    await scene.server.ctx.db.deleteFrom('inboxMessages').execute()
  })
})

it('Keys that verify nothing leave no more behind than the actors who list them', async () => {
  const { publicKey } = await generateRsaKeyPair()
  const publicKeyPem = exportPublicKeyPem(publicKey)
  const claims = await Promise.all(
    Array.from({ length: 50 }, async (_, index) => {
      const actor = await scene.evil.addActor(`bare${index}`)
      scene.evil.serve(`/bare/${index}`, {
        id: `${scene.evil.origin}/bare/${index}`,
        owner: actor.uri,
        publicKeyPem,
      })
      return `${scene.evil.origin}/bare/${index}`
    }),
  )
  await scene.watch(() => Promise.all(claims.map((keyId) => post(scene.server, { ...asMal(), keyId }))))
  const kept = await scene.server.ctx.db
    .selectFrom('remoteKeys')
    .select('keyUri')
    .where('keyUri', 'like', `${scene.evil.origin}/bare/%`)
    .execute()
  expect(kept).toEqual([])
})

describe('what is long is cut', () => {
  const many = <T>(count: number, make: (index: number) => T): T[] =>
    Array.from({ length: count }, (_, index) => make(index))

  it.each<[string, () => object]>([
    ['recipients', () => ({ to: [scene.bobUri, ...many(2000, (index) => `https://a.test/${index}`)] })],
    [
      'attachments',
      () => ({ attachment: many(1000, (index) => ({ type: 'Image', url: `https://a.test/${index}` })) }),
    ],
    [
      'emoji',
      () => ({
        tag: many(700, (index) => ({
          type: 'Emoji',
          name: `:e${index}:`,
          icon: { type: 'Image', url: `${scene.evil.origin}/e${index}` },
        })),
      }),
    ],
    ['hashtags', () => ({ tag: many(1200, (index) => ({ type: 'Hashtag', name: `#t${index}` })) })],
    [
      'mentions',
      () => ({
        tag: many(1200, (index) => ({
          type: 'Mention',
          href: `${scene.evil.origin}/users/m${index}`,
          name: `@m${index}`,
        })),
      }),
    ],
    ['languages', () => ({ contentMap: Object.fromEntries(many(4000, (index) => [`x-${index}`, 'y'])) })],
    [
      'options',
      () => ({ type: 'Question', oneOf: many(1200, (index) => ({ type: 'Note', name: `${index}` })) }),
    ],
    ['text', () => ({ content: 'x'.repeat(200_000) })],
    ['tags left open', () => ({ content: '<b>'.repeat(60_000) })],
    ['marks that pile up', () => ({ content: `a${'\u0301'.repeat(50_000)}` })],
  ])('%s', async (_what, more) => {
    const create = hello(more())
    const { value, fetches } = await scene.takes(create)
    expect(value.status).toBe(202)
    expect(fetches.length).toBeLessThanOrEqual(20)
    const stored = await findPost(scene, create['object'].id)
    expect(stored).toBeDefined()
    expect(stored?.content?.length ?? 0).toBeLessThanOrEqual(100_000)
    expect(stored?.attachments.length).toBeLessThanOrEqual(16)
    expect(stored?.emojis.length).toBeLessThanOrEqual(100)
    expect(stored?.tags.length).toBeLessThanOrEqual(100)
    // Whoever is addressed is named as well, and 500 are addressed at most.
    expect(stored?.mentions.length).toBeLessThanOrEqual(600)
    const poll = await scene.server.ctx.db
      .selectFrom('polls')
      .select('options')
      .where('statusId', '=', stored!.id)
      .executeTakeFirst()
    expect(poll?.options.length ?? 0).toBeLessThanOrEqual(20)
  })
})

it('People who name each other without end are met a few at a time', async () => {
  const uriOf = (index: number) => `${scene.evil.origin}/users/ring${index}`
  for (let index = 0; index < 60; index++) {
    const note = noteOf(
      { uri: uriOf(index) },
      { id: `${uriOf(index)}/note`, inReplyTo: `${uriOf(index + 1)}/note` },
    )
    scene.evil.serve(`/users/ring${index}/note`, {
      '@context': 'https://www.w3.org/ns/activitystreams',
      ...note,
    })
    await scene.evil.addActor(`ring${index}`, {
      alsoKnownAs: [uriOf(index + 1)],
      movedTo: uriOf(index + 1),
      featured: `${uriOf(index)}/featured`,
    })
    scene.evil.serve(`/users/ring${index}/featured`, {
      type: 'OrderedCollection',
      orderedItems: [`${uriOf(index + 1)}/note`],
    })
  }
  const { fetches } = await scene.takes(
    hello({
      inReplyTo: `${uriOf(0)}/note`,
      to: ['https://www.w3.org/ns/activitystreams#Public', scene.bobUri],
    }),
  )
  // Forty posts above the one that arrived, and whoever said each of them.
  expect(fetches.length).toBeGreaterThan(0)
  expect(fetches.length).toBeLessThanOrEqual(80)
})

it('Pages of a list without end are read ten at most', async () => {
  const { origin } = scene.evil
  const page = (index: number) => ({
    id: `${origin}/pages/${index}`,
    type: 'CollectionPage',
    items: [],
    next: `${origin}/pages/${index + 1}`,
  })
  for (let index = 0; index < 40; index++) scene.evil.serve(`/pages/${index}`, page(index))
  scene.evil.serve('/pages', { id: `${origin}/pages`, type: 'Collection', first: `${origin}/pages/0` })
  const { fetches } = await scene.watch(() => scene.server.ctx.remote.readCollection(`${origin}/pages`))
  expect(fetches).toHaveLength(10)
})

describe('a request costs little', () => {
  const { stringify } = JSON
  it.each<[string, () => string]>([
    ['100,000 levels', () => '['.repeat(100_000)],
    ['many levels', () => '{"a":'.repeat(40_000)],
    ['a long name', () => stringify({ ['x'.repeat(200_000)]: 1 })],
    ['many values', () => stringify({ to: Array.from({ length: 50_000 }, () => 1) })],
    [
      'many tags',
      () =>
        stringify({
          ...hello(),
          tag: Array.from({ length: 5000 }, (_, index) => ({ type: 'Hashtag', name: `#t${index}` })),
        }),
    ],
    ['more than may be', () => ' '.repeat(1.2 * mebibyte)],
  ])('whatever its body holds: %s', async (_what, body) => {
    const text = body()
    const used = process.cpuUsage()
    await scene.expectRefused(() => post(scene.server, { ...asMal(), body: text }))
    const unsigned = {
      method: 'POST',
      path: '/inbox',
      headers: { host: new URL(scene.server.origin).host, 'content-type': activityType },
      body: text,
    }
    const answer = await scene.expectRefused(() => send(scene.server.port, unsigned))
    expect([401, 413]).toContain(answer.status)
    // All that goes on in the test, too.
    expect(process.cpuUsage(used).user / 1000).toBeLessThan(3000)
  })

  it.each([
    `/${'a-'.repeat(7000)}`,
    `/users/${'a-'.repeat(7000)}/inbox`,
    `/@${'a-'.repeat(7000)}`,
    `/tags/${'%F0%9F%A6%84'.repeat(1000)}`,
    `/users/bob/outbox?${'a%5Bb%5D'.repeat(1500)}=1`,
    `/users/bob?${'a[]=1&'.repeat(2000)}`,
    `/users/bob?${Array.from({ length: 1000 }, (_, index) => `p${index}=1`).join('&')}`,
    `/?a${'[b]'.repeat(5000)}=1`,
    `/.well-known/webfinger?resource=acct:${'a@'.repeat(5000)}`,
  ])('whatever its address is: %s', async (path) => {
    const { value } = await scene.watch(async () => {
      const statuses: number[] = []
      for (const accept of [activityType, 'text/html'])
        statuses.push(
          (
            await send(scene.server.port, {
              path,
              headers: { host: new URL(scene.server.origin).host, accept },
            })
          ).status,
        )
      return statuses
    })
    for (const status of value) expect(status).toBeLessThan(500)
  })

  it('whatever its headers are', async () => {
    const host = new URL(scene.server.origin).host
    for (const headers of [
      { host, ['__proto__']: 'x', constructor: 'y' },
      { host: 'xn--a.example' },
      {
        host: 'xn--0.example',
        'x-forwarded-host': 'xn--iñvalid.example'.normalize('NFKD').replace(/[^ -~]/g, ''),
      },
      { host, range: `bytes=${'0-,'.repeat(1000)}` },
      { host, accept: `${'text/html;q=0.1,'.repeat(500)}*/*` },
      { host, 'accept-encoding': 'gzip, '.repeat(1000) },
      { host, expect: '100-continue' },
    ])
      await scene.watch(() => send(scene.server.port, { path: '/users/bob', headers }))
  })
})

it('Many who sign nothing, and many who say nothing, hold nobody up', { timeout: 60_000 }, async () => {
  await using idle = new AsyncDisposableStack()
  const sockets = await Promise.all(
    Array.from({ length: 500 }, async () => {
      const socket = connect(scene.server.port, '127.0.0.1').on('error', () => undefined)
      await once(socket, 'connect')
      socket.write('POST /inbox HTTP/1.1\r\n')
      return socket
    }),
  )
  idle.defer(() => sockets.forEach((socket) => socket.destroy()))
  const headers = { host: new URL(scene.server.origin).host, 'content-type': activityType }
  const body = JSON.stringify({ ...activityOf(mal, 'Like'), content: confidential })
  const { value, effects } = await watch(
    scene.server,
    async () => {
      const statuses: number[] = []
      for (let round = 0; round < 20; round++)
        statuses.push(
          ...(await Promise.all(
            Array.from(
              { length: 50 },
              async () =>
                (await send(scene.server.port, { method: 'POST', path: '/inbox', headers, body })).status,
            ),
          )),
        )
      return statuses
    },
    { world: [scene.evil] },
  )
  expect([new Set(value), effects]).toEqual([new Set([401]), []])
})
