import { beforeEach, describe, expect, test } from 'vitest'
import { createPost } from '../../src/domain/statuses/create-post.ts'
import { deletePost } from '../../src/domain/statuses/delete-post.ts'
import { addRelay } from '../../src/domain/relays/add-relay.ts'
import { removeRelay } from '../../src/domain/relays/remove-relay.ts'
import type { Actor } from '../../src/store/actors.ts'
import { deleteDomainBlock, insertDomainBlock } from '../../src/store/hosts.ts'
import { listRelays, type RelayKind } from '../../src/store/relays.ts'
import { findRemoteStatus } from '../../src/store/statuses.ts'
import { createMember } from '../support/people.ts'
import { activityOf, createOf, noteOf, startRemoteServer } from '../support/remote-server.ts'
import type { RemoteActor, RemoteServer } from '../support/remote-server.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { use } from '../support/use.ts'

const publicly = 'https://www.w3.org/ns/activitystreams#Public'
const signature = { type: 'RsaSignature2017', creator: 'https://away.example#key', signatureValue: 'eHh4' }

const elsewhere = await use(startRemoteServer())
const stranger = await elsewhere.addActor('stranger')

let server: TestServer
let host: RemoteServer
let relay: RemoteActor
let bob: Actor
let instance: string

/** Every test has a server, and a relay, of its own. */
beforeEach(async () => {
  server = await startServer()
  host = await startRemoteServer()
  relay = await host.addActor('relay', { type: 'Application' })
  bob = await createMember(server.ctx, 'bob')
  instance = `${server.origin}/actor`
  return async () => {
    await server[Symbol.asyncDispose]()
    await host[Symbol.asyncDispose]()
  }
})

const inbox = () => `${host.origin}/inbox`
const uriOf = (kind: RelayKind) => (kind === 'mastodon' ? inbox() : relay.uri)
const states = async () => (await listRelays(server.ctx.db)).map(({ state, actorUri }) => [state, actorUri])

async function add(kind: RelayKind = 'mastodon'): Promise<any> {
  await addRelay(server.ctx, uriOf(kind), kind)
  await server.settle()
  return host.received('Follow').at(-1)
}

async function deliver(from: RemoteActor, activity: object, path = '/actor/inbox'): Promise<void> {
  expect((await from.post(server, activity, { path })).status).toBe(202)
  await server.settle()
}

async function join(kind: RelayKind = 'mastodon'): Promise<void> {
  const { id } = await add(kind)
  await deliver(relay, activityOf(relay, 'Accept', { object: id }))
  host.arrivals.length = 0
}

async function say(text: string, visibility: 'public' | 'unlisted' | 'private' = 'public'): Promise<string> {
  const { id } = await createPost(server.ctx, bob, { text, visibility })
  await server.settle()
  return id
}

/** A public note that its own server serves. */
function publish(more: object = {}): Record<string, any> {
  const note = noteOf(stranger, more)
  elsewhere.serve(new URL(note['id']).pathname, {
    '@context': 'https://www.w3.org/ns/activitystreams',
    ...note,
  })
  return note
}

describe('joining', () => {
  test('The instance asks a Mastodon relay by a Follow of the public, and is taken', async () => {
    const follow = await add()
    expect(follow).toMatchObject({ type: 'Follow', actor: instance, object: publicly })
    const [arrival] = host.arrivals.filter(({ method }) => method === 'POST')
    expect(arrival?.url).toBe('/inbox')
    expect(arrival?.headers['signature']).toContain(`keyId="${instance}#main-key"`)
    expect(await states()).toEqual([['pending', null]])
    const accept = activityOf(relay, 'Accept', { object: follow })
    await deliver(relay, accept)
    await deliver(relay, accept)
    expect(await states()).toEqual([['accepted', relay.uri]])
  })

  test('An Accept may come to the shared inbox and name nothing but us', async () => {
    await add('litepub')
    const object = { type: 'Follow', actor: instance, object: relay.uri }
    await deliver(relay, activityOf(relay, 'Accept', { object }), '/inbox')
    expect(await states()).toEqual([['accepted', relay.uri]])
  })

  test('A relay may refuse, at once or later, and take us after all', async () => {
    const { id } = await add()
    for (const [type, state] of [
      ['Reject', 'rejected'],
      ['Accept', 'accepted'],
      ['Reject', 'rejected'],
    ] as const) {
      await deliver(relay, activityOf(relay, type, { object: id }))
      expect(await states()).toEqual([[state, relay.uri]])
    }
  })

  test('Nobody else answers for a relay', async () => {
    const { id } = await add()
    await deliver(stranger, activityOf(stranger, 'Accept', { object: id }))
    expect(await states()).toEqual([['pending', null]])
    await deliver(relay, activityOf(relay, 'Accept', { object: id }))
    const neighbour = await host.addActor('neighbour')
    for (const other of [stranger, neighbour])
      await deliver(other, activityOf(other, 'Reject', { object: id }))
    expect(await states()).toEqual([['accepted', relay.uri]])
  })

  test('A LitePub relay is followed, and let follow back; nobody else follows the instance', async () => {
    const follow = await add('litepub')
    expect(follow).toMatchObject({ type: 'Follow', actor: instance, object: relay.uri })
    await deliver(relay, activityOf(relay, 'Accept', { object: follow.id }))
    const back = activityOf(relay, 'Follow', { object: instance })
    await deliver(relay, back)
    expect(host.received('Accept')).toMatchObject([
      { actor: instance, object: { id: back['id'], type: 'Follow', actor: relay.uri, object: instance } },
    ])
    await deliver(stranger, activityOf(stranger, 'Follow', { object: instance }))
    expect(elsewhere.received('Accept')).toEqual([])
    expect(await server.ctx.db.selectFrom('follows').select('id').execute()).toEqual([])
  })

  test.each(['mastodon', 'litepub'] as const)('A %s relay that is left is told so', async (kind) => {
    await join(kind)
    await removeRelay(server.ctx, uriOf(kind))
    await server.settle()
    const object = kind === 'mastodon' ? publicly : relay.uri
    expect(host.received()).toMatchObject([
      { type: 'Undo', actor: instance, object: { type: 'Follow', actor: instance, object } },
    ])
    const { id } = host.received()[0].object
    await deliver(relay, activityOf(relay, 'Accept', { object: id }))
    expect(await states()).toEqual([])
    host.arrivals.length = 0
    await say('nobody hears me')
    expect(host.received()).toEqual([])
  })
})

describe('giving', () => {
  test('A Mastodon relay gets what is public: posts, their changes and their end', async () => {
    await join()
    await say('quietly', 'unlisted')
    await say('among us', 'private')
    const id = await say('to everybody')
    await deletePost(server.ctx, bob, id)
    await server.settle()
    const uri = `${server.origin}/users/bob/statuses/${id}`
    expect(host.received().map(({ type, actor, object }) => [type, actor, object.id])).toEqual([
      ['Create', `${server.origin}/users/bob`, uri],
      ['Delete', `${server.origin}/users/bob`, uri],
    ])
    expect(host.received('Create')[0]).toHaveProperty('signature')
  })

  test('A LitePub relay gets an Announce by the instance in place of a post, and its end', async () => {
    await join('litepub')
    await say('quietly', 'unlisted')
    const id = await say('to everybody')
    const uri = `${server.origin}/users/bob/statuses/${id}`
    const announce = { type: 'Announce', actor: instance, object: uri, to: [publicly] }
    expect(host.received()).toMatchObject([announce])
    await deletePost(server.ctx, bob, id)
    await server.settle()
    expect(host.received()).toMatchObject([announce, { type: 'Delete', object: { id: uri } }])
  })

  test('A relay that has not taken us gets nothing', async () => {
    await add()
    host.arrivals.length = 0
    await say('to everybody')
    expect(host.received()).toEqual([])
  })
})

describe('taking', () => {
  const find = (note: Record<string, any>) => findRemoteStatus(server.ctx.db, note['id'])
  const relayed = (note: Record<string, any>) => ({ ...createOf(stranger, note), signature })
  const announced = (note: Record<string, any>) =>
    activityOf(relay, 'Announce', { object: note['id'], to: [publicly] })

  test.each([
    ['passes on', relayed],
    ['announces', announced],
  ])('What a relay %s is had from its own server and kept, once, and is no boost', async (_how, write) => {
    await join()
    const note = publish({ content: '<p>As I say it</p>' })
    const activity = write({ ...note, content: '<p>As others say it</p>' })
    elsewhere.arrivals.length = 0
    await deliver(relay, activity, '/inbox')
    await deliver(relay, write(note), '/inbox')
    expect(await find(note)).toMatchObject({ content: '<p>As I say it</p>', visibility: 'public' })
    const path = new URL(note['id']).pathname
    expect(elsewhere.fetched().filter((fetched) => fetched === path)).toHaveLength(1)
    const all = await server.ctx.db.selectFrom('remoteStatuses').select('boostOfId').execute()
    expect(all).toEqual([{ boostOfId: null }])
  })

  test.each<[string, () => Promise<unknown>]>([
    ['one who has not taken us', () => add()],
    ['one that we left', () => join().then(() => removeRelay(server.ctx, inbox()))],
    ['nobody in particular', async () => undefined],
  ])('Of %s nothing is kept', async (_who, prepare) => {
    await prepare()
    const [carried, boosted] = [publish(), publish()]
    await deliver(relay, relayed(carried), '/inbox')
    await deliver(relay, announced(boosted), '/inbox')
    expect(await find(carried)).toBeUndefined()
    expect(await find(boosted)).toBeUndefined()
  })

  test('What is not public, not there, or ours is not kept', async () => {
    await join()
    const quiet = publish({ to: [`${stranger.uri}/followers`], cc: [publicly] })
    const absent = noteOf(stranger)
    const forged = noteOf(stranger, { attributedTo: relay.uri })
    elsewhere.serve(new URL(forged['id']).pathname, forged)
    const ours = { id: `${server.origin}/users/bob/statuses/7` }
    for (const note of [quiet, absent, forged, ours]) await deliver(relay, announced(note), '/inbox')
    expect(await server.ctx.db.selectFrom('remoteStatuses').select('uri').execute()).toEqual([])
  })

  test('A Delete that a relay passes on counts when the post is gone from its own server', async () => {
    await join()
    const note = publish()
    await deliver(relay, announced(note), '/inbox')
    const gone = { ...activityOf(stranger, 'Delete', { object: note['id'] }), signature }
    await deliver(relay, gone, '/inbox')
    expect(await find(note)).toBeDefined()
    elsewhere.serve(new URL(note['id']).pathname, (_, response) => void response.writeHead(410).end())
    await deliver(relay, { ...gone, id: `${stranger.uri}/again` }, '/inbox')
    expect(await find(note)).toBeUndefined()
  })

  test('Nothing is fetched from a blocked domain', async () => {
    await join()
    const domain = new URL(elsewhere.origin).host
    await insertDomainBlock(server.ctx.db, domain, '')
    elsewhere.arrivals.length = 0
    const [carried, boosted] = [publish(), publish()]
    await deliver(relay, relayed(carried), '/inbox')
    await deliver(relay, announced(boosted), '/inbox')
    expect(elsewhere.arrivals).toEqual([])
    await deleteDomainBlock(server.ctx.db, domain)
  })
})
