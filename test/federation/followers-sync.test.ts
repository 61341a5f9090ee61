import { hash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { followActor } from '../../src/domain/follows/follow-actor.ts'
import { createPost } from '../../src/domain/statuses/create-post.ts'
import type { Actor } from '../../src/store/actors.ts'
import { getSigned, send } from '../support/letters.ts'
import { createMember } from '../support/people.ts'
import { activityOf, createOf, noteOf, startRemoteServer } from '../support/remote-server.ts'
import type { RemoteActor, RemoteServer } from '../support/remote-server.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { use } from '../support/use.ts'

const server = await use(startServer())
const remote = await use(startRemoteServer())

let serial = 0

/** The digest as the FEP says it, made another way than ours. */
function digestOf(...ids: string[]): string {
  const sum = ids.reduce((sum, id) => sum ^ BigInt(`0x${hash('sha256', id)}`), 0n)
  return sum.toString(16).padStart(64, '0')
}

const uriOf = (account: Actor, of: TestServer = server) => `${of.origin}/users/${account.username}`

async function followFrom(follower: RemoteActor, account: Actor): Promise<void> {
  const answer = await follower.post(server, activityOf(follower, 'Follow', { object: uriOf(account) }))
  expect(answer.status).toBe(202)
  await server.settle()
}

describe('telling', () => {
  let author: Actor
  let near: RemoteActor
  let far: RemoteServer

  beforeAll(async () => {
    author = await createMember(server.ctx, 'author')
    far = await startRemoteServer()
    near = await remote.addActor('near')
    await followFrom(near, author)
    await followFrom(await remote.addActor('neighbour'), author)
    await followFrom(await far.addActor('distant'), author)
  })
  afterAll(() => far[Symbol.asyncDispose]())

  const headerOf = (host: RemoteServer): string => {
    const arrival = host.arrivals.findLast(({ method }) => method === 'POST')
    expect(arrival?.headers['signature']).toContain('digest collection-synchronization"')
    return String(arrival?.headers['collection-synchronization'])
  }

  test('A post for followers tells each server who there follows its author, and signs that', async () => {
    await createPost(server.ctx, author, { text: 'among us', visibility: 'private' })
    await server.settle()
    const head = `collectionId="${uriOf(author)}/followers", url="${uriOf(author)}/followers_synchronization"`
    const names = ['near', 'neighbour'].map((name) => `${remote.origin}/users/${name}`)
    expect(headerOf(remote)).toBe(`${head}, digest="${digestOf(...names)}"`)
    expect(headerOf(far)).toBe(`${head}, digest="${digestOf(`${far.origin}/users/distant`)}"`)
  })

  test('Other posts do not', async () => {
    await createPost(server.ctx, author, { text: 'to everybody', visibility: 'public' })
    await server.settle()
    const last = remote.arrivals.findLast(({ method }) => method === 'POST')
    expect(JSON.parse(last!.body).object.content).toContain('to everybody')
    expect(last!.headers).not.toHaveProperty('collection-synchronization')
  })

  test('The list goes to the server whose actor asks, with its own followers only', async () => {
    const path = '/users/author/followers_synchronization'
    const answer = await getSigned(server, path, near)
    expect(answer.status).toBe(200)
    expect(answer.headers).toMatchObject({ 'cache-control': 'private, no-store' })
    expect(JSON.parse(answer.body)).toEqual({
      '@context': 'https://www.w3.org/ns/activitystreams',
      id: server.origin + path,
      type: 'OrderedCollection',
      totalItems: 2,
      orderedItems: [`${remote.origin}/users/near`, `${remote.origin}/users/neighbour`],
    })
    expect((await getSigned(server, '/users/nobody/followers_synchronization', near)).status).toBe(404)
    expect((await getSigned(server, '/users/Author/followers_synchronization', near)).status).toBe(404)
  })

  test.each([{}, { accept: 'application/activity+json' }])(
    'Nobody in particular gets nothing',
    async (headers) => {
      const host = new URL(server.origin).host
      const answer = await send(server.port, {
        path: '/users/author/followers_synchronization',
        headers: { host, ...headers },
      })
      expect(answer.status).toBe(401)
      expect(answer.headers).toMatchObject({ 'cache-control': 'private, no-store' })
      expect(answer.body).not.toContain('near')
    },
  )
})

describe('being told', () => {
  let target: RemoteActor
  let bob: Actor
  let carol: Actor

  beforeEach(async () => {
    serial += 1
    target = await remote.addActor(`target${serial}`)
    bob = await createMember(server.ctx, `bob${serial}`)
    carol = await createMember(server.ctx, `carol${serial}`)
    for (const follower of [bob, carol]) await makeFollow(follower)
    remote.arrivals.length = 0
  })

  async function makeFollow(follower: Actor): Promise<void> {
    const actor = await server.ctx.remote.resolveActor(target.uri)
    await followActor(server.ctx, follower, actor!)
    await server.settle()
    const { id } = remote.received('Follow').at(-1)
    await target.post(server, activityOf(target, 'Accept', { object: id }))
    await server.settle()
    await age(follower)
  }

  const age = (follower: Actor) =>
    server.ctx.db
      .updateTable('follows')
      .set({ acceptedAt: new Date(Date.now() - 3600_000), createdAt: new Date(Date.now() - 3600_000) })
      .where('followerId', '=', follower.id)
      .execute()

  const following = async () => {
    const actor = await server.ctx.remote.resolveActor(target.uri)
    const rows = await server.ctx.db
      .selectFrom('follows')
      .select(['followerId', 'state'])
      .where('targetId', '=', actor!.id)
      .orderBy('id')
      .execute()
    return rows.map(({ followerId, state }) => [followerId, state])
  }
  const both = () => [
    [bob.id, 'accepted'],
    [carol.id, 'accepted'],
  ]

  const listPath = () => `${new URL(target.uri).pathname}/followers_synchronization`

  function serveList(orderedItems: unknown, more: object = {}): void {
    const id = remote.origin + listPath()
    remote.serve(listPath(), { type: 'OrderedCollection', id, orderedItems, ...more })
  }

  type Claim = { collectionId?: string; url?: string; digest?: string; covered?: boolean }

  async function tell(claim: Claim = {}): Promise<void> {
    const { collectionId = `${target.uri}/followers`, url = remote.origin + listPath() } = claim
    const { digest = digestOf(uriOf(carol)), covered = true } = claim
    const header = `collectionId="${collectionId}", url="${url}", digest="${digest}"`
    const note = noteOf(target, { to: [`${target.uri}/followers`], cc: [] })
    const names = ['(request-target)', 'host', 'date', 'digest']
    const answer = await target.post(server, createOf(target, note), {
      headers: { 'collection-synchronization': header },
      covered: covered ? [...names, 'collection-synchronization'] : names,
    })
    expect(answer.status).toBe(202)
    await server.settle()
  }

  test('A follow that the other side does not list is over, and nothing is sent', async () => {
    serveList([uriOf(carol)])
    await tell()
    expect(remote.fetched()).toEqual([listPath()])
    expect(await following()).toEqual([[carol.id, 'accepted']])
    expect(remote.received()).toEqual([])
    remote.arrivals.length = 0
    await tell({ digest: digestOf() })
    expect(remote.fetched()).toEqual([])
  })

  test('Of a listed follow that we do not have the other side is told that it is over', async () => {
    const dave = await createMember(server.ctx, `dave${serial}`)
    const strangers = [
      `${server.origin}/users/nobody`,
      'https://else.example/users/x',
      `${server.origin}/actor`,
    ]
    serveList([uriOf(bob), uriOf(carol), uriOf(dave), ...strangers])
    await tell({ digest: digestOf(uriOf(bob), uriOf(carol), uriOf(dave)) })
    expect(await following()).toEqual(both())
    const actor = uriOf(dave)
    expect(remote.received()).toMatchObject([
      { type: 'Undo', actor, object: { type: 'Follow', actor, object: target.uri } },
    ])
  })

  test('A request whose Accept was lost is accepted; one that is young is left alone', async () => {
    const [lost, young] = [
      await createMember(server.ctx, `lost${serial}`),
      await createMember(server.ctx, `young${serial}`),
    ]
    const actor = await server.ctx.remote.resolveActor(target.uri)
    for (const follower of [lost, young]) await followActor(server.ctx, follower, actor!)
    await server.settle()
    await age(lost)
    remote.arrivals.length = 0
    serveList([bob, carol, lost, young].map((each) => uriOf(each)))
    await tell({ digest: digestOf('anything') })
    expect(await following()).toEqual([...both(), [lost.id, 'accepted'], [young.id, 'pending']])
    expect(remote.received()).toEqual([])
  })

  test('A follow that was accepted a moment ago is left alone', async () => {
    await server.ctx.db
      .updateTable('follows')
      .set({ acceptedAt: new Date() })
      .where('followerId', '=', bob.id)
      .execute()
    serveList([uriOf(carol)])
    await tell()
    expect(await following()).toEqual(both())
  })

  test('Nobody is asked when both sides agree', async () => {
    serveList([])
    await tell({ digest: digestOf(uriOf(bob), uriOf(carol)).toUpperCase() })
    expect(remote.fetched()).toEqual([])
    expect(await following()).toEqual(both())
  })

  test.each<[string, () => Claim]>([
    ['is not signed', () => ({ covered: false })],
    ["is of somebody else's followers", () => ({ collectionId: `${remote.origin}/users/other/followers` })],
    ['is not of followers', () => ({ collectionId: `${target.uri}/following` })],
    ['names a list elsewhere', () => ({ url: 'http://localhost:1/list' })],
    ['names no address', () => ({ url: 'list' })],
    ['has no digest', () => ({ digest: 'abc' })],
  ])('What %s is not looked at', async (_what, claim) => {
    serveList([])
    await tell(claim())
    expect(remote.fetched()).toEqual([])
    expect(await following()).toEqual(both())
  })

  test.each<[string, () => void]>([
    ['an error', () => remote.serve(listPath(), (_, response) => void response.writeHead(500).end())],
    ['nothing', () => remote.serve(listPath(), (_, response) => void response.writeHead(404).end())],
    ['an object without type', () => remote.serve(listPath(), { orderedItems: [] })],
    ['something else', () => remote.serve(listPath(), { type: 'Note', orderedItems: [] })],
    ['a collection without entries', () => remote.serve(listPath(), { type: 'OrderedCollection' })],
    ['another content type', () => remote.serve(listPath(), { type: 'Collection', items: [] }, 'text/html')],
    ['half of a list', () => serveList([], { totalItems: 2 })],
    ['entries that are no ids', () => serveList([1, 2])],
    ['a page that is missing', () => serveList([], { first: `${remote.origin}/nowhere` })],
    ['a page elsewhere', () => serveList([], { first: 'http://localhost:1/page' })],
    ['pages without an end', () => serveList([], { first: remote.origin + listPath() })],
    [
      'another host',
      () =>
        remote.serve(listPath(), (_, response) => {
          response.writeHead(302, { location: 'http://127.0.0.1:1/list' }).end()
        }),
    ],
  ])('A list that turns out to be %s changes nothing', async (_what, serve) => {
    serve()
    await tell()
    expect(remote.fetched()).toContain(listPath())
    expect(await following()).toEqual(both())
    expect(remote.received()).toEqual([])
  })

  test.each<[string, () => void]>([
    ['items', () => remote.serve(listPath(), { type: 'Collection', items: uriOf(carol) })],
    ['objects', () => serveList([{ id: uriOf(carol) }], { totalItems: 1 })],
    [
      'pages',
      () => {
        const next = { type: 'OrderedCollectionPage', orderedItems: [uriOf(carol)] }
        const first = { type: 'OrderedCollectionPage', orderedItems: [], next: `${remote.origin}/page2` }
        remote.serve('/page2', next)
        remote.serve(listPath(), { type: 'OrderedCollection', totalItems: 1, first })
      },
    ],
  ])('A list may come as %s', async (_what, serve) => {
    serve()
    await tell()
    expect(await following()).toEqual([[carol.id, 'accepted']])
  })

  test('An empty list is a list', async () => {
    remote.serve(listPath(), { type: 'OrderedCollection', totalItems: 0 })
    await tell()
    expect(await following()).toEqual([])
  })
})

describe('two servers of ours', () => {
  let other: TestServer
  beforeAll(async () => {
    other = await startServer()
  })
  afterAll(() => other?.[Symbol.asyncDispose]())

  const settle = async () => {
    for (let turn = 0; turn < 3; turn++) for (const each of [server, other]) await each.settle()
  }
  const followersAt = async (at: TestServer, column: 'followerUri' | 'followerId') => {
    const rows = await at.ctx.db.selectFrom('follows').select(column).where(column, 'is not', null).execute()
    return rows.map((row) => (row as Record<string, string>)[column])
  }

  async function makeCouple(name: string): Promise<{ author: Actor; readers: Actor[]; theirs: Actor }> {
    const author = await createMember(server.ctx, name)
    const theirs = (await other.ctx.remote.resolveActor(uriOf(author)))!
    const readers = [await createMember(other.ctx, `${name}_a`), await createMember(other.ctx, `${name}_b`)]
    for (const reader of readers) await followActor(other.ctx, reader, theirs)
    await settle()
    const acceptedAt = new Date(Date.now() - 3600_000)
    await other.ctx.db.updateTable('follows').set({ acceptedAt }).where('targetId', '=', theirs.id).execute()
    return { author, readers, theirs }
  }

  test('A follow that the followed side has lost ends on the other side too', async () => {
    const { author, readers, theirs } = await makeCouple('forgetful')
    const [lost, kept] = readers.map((reader) => uriOf(reader, other))
    await server.ctx.db.deleteFrom('follows').where('followerUri', '=', lost!).execute()
    await createPost(server.ctx, author, { text: 'among us', visibility: 'private' })
    await settle()
    const left = await other.ctx.db
      .selectFrom('follows')
      .select('followerId')
      .where('targetId', '=', theirs.id)
      .execute()
    expect(left).toEqual([{ followerId: readers[1]!.id }])
    const there = await followersAt(server, 'followerUri')
    expect(there).toContain(kept)
    expect(there).not.toContain(lost)
  })

  test('A follow that the following side has lost ends on the other side too', async () => {
    const { author, readers, theirs } = await makeCouple('remembering')
    const [lost, kept] = readers.map((reader) => uriOf(reader, other))
    await other.ctx.db.deleteFrom('follows').where('followerId', '=', readers[0]!.id).execute()
    await createPost(server.ctx, author, { text: 'among us', visibility: 'private' })
    await settle()
    const there = await followersAt(server, 'followerUri')
    expect(there).toContain(kept)
    expect(there).not.toContain(lost)
    const here = await other.ctx.db
      .selectFrom('follows')
      .select(['followerId', 'state'])
      .where('targetId', '=', theirs.id)
      .execute()
    expect(here).toEqual([{ followerId: readers[1]!.id, state: 'accepted' }])
  })
})
