import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { pinPost } from '../../src/domain/featured/pin-post.ts'
import { createPost } from '../../src/domain/statuses/create-post.ts'
import { findRemoteActor, type Actor } from '../../src/store/actors.ts'
import { findRemoteKey } from '../../src/store/keys.ts'
import { listOpenReports } from '../../src/store/reports.ts'
import { confidential } from '../support/oracle.ts'
import { activityOf, createOf, noteOf, sendJson, type RemoteActor } from '../support/remote-server.ts'
import { befriend, findPost, greeting, startScene, type Scene } from './scene.ts'

let scene: Scene
let alice: RemoteActor
let mal: RemoteActor

beforeAll(async () => {
  scene = await startScene()
  ;({ alice, mal } = scene)
})
afterAll(() => scene?.[Symbol.asyncDispose]())

beforeEach(() => {
  for (const { arrivals } of [scene.victim, scene.evil]) arrivals.length = 0
})

const hello = (from: RemoteActor, more?: object) => greeting(from, scene.bobUri, more)

/** A post of alice's that we have. */
async function said(more?: object): Promise<Record<string, any>> {
  const create = hello(alice, more)
  expect((await alice.post(scene.server, create)).status).toBe(202)
  await scene.server.settle()
  return create['object'] as Record<string, any>
}

describe('nobody acts for somebody else', () => {
  it.each([
    ...['Create', 'Follow', 'Like', 'Delete', 'Undo', 'Block', 'Flag', 'Move', 'Update', 'Accept'],
    ...['Reject', 'Announce', 'Add', 'Remove', 'EmojiReact', 'QuoteRequest'],
  ])('by a %s', async (type) => {
    const answer = await scene.refuses(activityOf(alice, type, { object: scene.bobUri, target: mal.uri }))
    expect(answer.status).toBe(401)
  })

  it('by naming several actors', async () => {
    for (const actor of [[mal.uri, alice.uri], [alice.uri, mal.uri], [], null, { id: alice.uri }])
      await scene.refuses({ ...hello(mal), actor })
  })

  it('under an id of another server, or none', async () => {
    const { id: _id, ...nameless } = hello(mal)
    await scene.refuses(nameless)
    for (const id of [
      `${scene.victim.origin}/activities/777`,
      `http://LOCALHOST:${scene.evil.port}/x`,
      7,
      '',
    ])
      await scene.refuses({ ...nameless, id })
  })

  it.each([
    'LOCALHOST:PORT',
    'localhost.:PORT',
    'localhost:PORT%2eevil.test',
    'user@localhost:PORT',
    '127.0.0.1:PORT',
  ])('from a host that is spelt %s', async (spelling) => {
    const host = spelling.replace('PORT', String(scene.victim.port))
    const uri = alice.uri.replace(new URL(alice.uri).host, host)
    await scene.refuses({ ...hello(mal), actor: uri })
    const { server } = scene
    await scene.expectRefused(() =>
      mal.post(server, { ...hello(mal), actor: uri }, { keyId: `${uri}#main-key` }),
    )
  })
})

describe('a post is its author’s', () => {
  it('who alone can say it', async () => {
    const forged = noteOf(alice, { to: [scene.bobUri] })
    await scene.ignores(createOf(mal, forged))
    const misnamed = noteOf(mal, { to: [scene.bobUri], attributedTo: alice.uri })
    await scene.ignores(createOf(mal, misnamed))
    for (const { id } of [forged, misnamed] as { id: string }[])
      expect(await findPost(scene, id)).toBeUndefined()
    expect(scene.victim.fetched()).toEqual([])
  })

  it.each(['Update', 'Delete', 'Undo', 'Block', 'Flag', 'Add', 'Remove'])(
    'and no %s of anybody else changes it',
    async (type) => {
      const note = await said()
      const object = { ...note, content: '<p>Forged</p>', updated: new Date(Date.now() + 1).toISOString() }
      const seen = await scene.ignores(activityOf(mal, type, { object, target: alice.document['outbox'] }))
      expect(seen.fetches.length).toBeLessThanOrEqual(3)
      expect(await findPost(scene, note['id'])).toMatchObject({ content: note['content'], deletedAt: null })
    },
  )

  it('and so is its poll', async () => {
    const option = (name: string, totalItems: number) => ({ type: 'Note', name, replies: { totalItems } })
    const oneOf = [option('Yes', 1), option('No', 2)]
    const note = await said({ type: 'Question', oneOf, endTime: new Date(Date.now() + 1e7).toISOString() })
    const object = { ...note, oneOf: [option('Yes', 99), option('No', 0)] }
    await scene.ignores(activityOf(mal, 'Update', { object }))
  })

  it('and whoever boosts it brings no other text', async () => {
    const note = noteOf(alice, { content: '<p>Genuine</p>' })
    scene.victim.serve(new URL(note['id']).pathname, {
      '@context': 'https://www.w3.org/ns/activitystreams',
      ...note,
    })
    const follower = await befriend(scene, scene.carol, await scene.victim.addActor('booster'))
    expect(follower).toBeDefined()
    const booster = await scene.victim.addActor('second')
    await befriend(scene, scene.carol, booster)
    const boost = (object: object) => activityOf(booster, 'Announce', { object, to: note['to'] })
    await scene.takes(boost({ ...note, content: '<p>Forged</p>' }), booster)
    expect(await findPost(scene, note['id'])).toMatchObject({ content: '<p>Genuine</p>' })
    const absent = noteOf(alice)
    await scene.ignores(boost(absent), booster)
  })
})

it('An actor is changed by its own word alone: name, addresses and keys', async () => {
  const { db } = scene.server.ctx
  const before = { actor: await findRemoteActor(db, alice.uri), key: await findRemoteKey(db, alice.keyId) }
  const publicKey = { ...alice.document['publicKey'], publicKeyPem: mal.document['publicKey'].publicKeyPem }
  const object = { ...alice.document, name: 'Forged', inbox: `${mal.uri}/inbox`, publicKey }
  await scene.ignores(activityOf(mal, 'Update', { object }))
  await scene.ignores(activityOf(mal, 'Delete', { object: alice.uri }))
  expect({
    actor: await findRemoteActor(db, alice.uri),
    key: await findRemoteKey(db, alice.keyId),
  }).toEqual(before)
})

describe('a follow is between two', () => {
  it('and nobody else undoes it, accepts it or rejects it', async () => {
    const follow = activityOf(alice, 'Follow', { object: scene.carolUri })
    await scene.takes(follow, alice)
    const ours = await befriend(scene, scene.carol, alice)
    for (const object of [follow, follow['id'], { ...follow, actor: mal.uri }])
      await scene.ignores(activityOf(mal, 'Undo', { object }))
    for (const type of ['Accept', 'Reject'])
      for (const object of [ours, { id: ours, type: 'Follow', actor: scene.carolUri, object: mal.uri }])
        await scene.ignores(activityOf(mal, type, { object }))
  })

  it('and nobody accepts what we never asked', async () => {
    for (const object of [
      `${scene.bobUri}#follows/1`,
      { id: `${scene.bobUri}#follows/1`, type: 'Follow', actor: scene.bobUri, object: mal.uri },
      { type: 'Follow', actor: scene.bobUri, object: mal.uri },
    ])
      await scene.ignores(activityOf(mal, 'Accept', { object }))
  })
})

it('What somebody features is theirs to change, and what we feature is ours', async () => {
  const { server, bob } = scene
  const post = await createPost(server.ctx, bob, { text: 'Pinned', visibility: 'public' })
  await pinPost(server.ctx, bob, post.id)
  await server.settle()
  const ours = {
    object: `${scene.bobUri}/statuses/${post.id}`,
    target: `${scene.bobUri}/collections/featured`,
  }
  const note = await said({ to: ['https://www.w3.org/ns/activitystreams#Public'], cc: [scene.bobUri] })
  const theirs = { object: note['id'], target: `${alice.uri}/featured` }
  for (const type of ['Add', 'Remove'])
    for (const words of [ours, theirs]) await scene.ignores(activityOf(mal, type, words))
})

it(
  'A report is its sender’s, and one while it is open, however often it comes',
  { timeout: 120_000 },
  async () => {
    const flag = () => activityOf(mal, 'Flag', { object: scene.bobUri, content: confidential })
    const report = async (rounds: number): Promise<number[]> => {
      const statuses = new Set<number>()
      for (let round = 0; round < rounds; round++) {
        const answers = await Promise.all(Array.from({ length: 50 }, () => mal.post(scene.server, flag())))
        for (const { status } of answers) statuses.add(status)
        await scene.server.settle()
      }
      return [...statuses]
    }
    // What a process needs to do fifty things at a time it keeps: that is not what is measured.
    await report(10)
    const { value } = await scene.watch(() => report(10))
    expect(value).toEqual([202])
    const reporter = (await scene.server.ctx.remote.resolveActor(mal.uri)) as Actor
    const reports = await listOpenReports(scene.server.ctx.db, 100)
    expect(reports).toMatchObject([{ reporterId: reporter.id, targetId: scene.bob.id }])
  },
)

describe('a handle is believed when both sides agree', () => {
  const handleOf = (name: string) => `${name}@localhost:${scene.victim.port}`
  const finger = (handle: string, href: string, subject = `acct:${handle}`): void => {
    const path = `/.well-known/webfinger?resource=${encodeURIComponent(`acct:${handle}`)}`
    const links = [{ rel: 'self', type: 'application/activity+json', href }]
    scene.victim.serve(path, sendJson({ subject, links }, 'application/jrd+json'))
  }

  it('and not when the actor is of another server that does not say so', async () => {
    finger(handleOf('alice2'), mal.uri)
    await scene.watch(() =>
      expect(scene.server.ctx.remote.resolveHandle(handleOf('alice2'))).rejects.toMatchObject({
        code: expect.stringMatching('not_found|unavailable'),
      }),
    )
    expect((await findRemoteActor(scene.server.ctx.db, mal.uri))?.domain).toBe(`localhost:${scene.evil.port}`)
  })

  it('and is never more than the actor’s own name on its own server', async () => {
    finger(handleOf('other'), alice.uri, 'acct:root@bank.example')
    const { value } = await scene.watch(() => scene.server.ctx.remote.resolveHandle(handleOf('other')))
    expect(value).toMatchObject({ username: 'alice', domain: `localhost:${scene.victim.port}` })
  })
})
