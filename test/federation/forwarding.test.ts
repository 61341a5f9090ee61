import { beforeEach, expect, test } from 'vitest'
import { likeStatus } from '../../src/domain/interactions/like-status.ts'
import { createPost } from '../../src/domain/statuses/create-post.ts'
import type { Actor } from '../../src/store/actors.ts'
import { findRemoteStatus } from '../../src/store/statuses.ts'
import { createMember } from '../support/people.ts'
import { activityOf, createOf, noteOf } from '../support/remote-server.ts'
import type { RemoteActor, RemoteServer } from '../support/remote-server.ts'
import { meet } from '../support/meeting.ts'
import { use } from '../support/use.ts'

/** near: Where the answers come from. far: Where a follower lives. */
const { server, remote: near, elsewhere: far } = await use(meet())

let bob: Actor
let bobUri: string
let alice: RemoteActor
let serial = 0

const publicly = 'https://www.w3.org/ns/activitystreams#Public'
const signature = { type: 'RsaSignature2017', creator: 'https://away.example#key', signatureValue: 'eHh4' }

/** Every test has an author of its own, with a follower on each of the two servers. */
beforeEach(async () => {
  serial += 1
  bob = await createMember(server.ctx, `bob${serial}`)
  bobUri = `${server.origin}/users/bob${serial}`
  alice = await near.addActor(`alice${serial}`)
  for (const follower of [alice, await far.addActor(`fay${serial}`)])
    await follower.post(server, activityOf(follower, 'Follow', { object: bobUri }))
  await server.settle()
  for (const host of [near, far]) host.arrivals.length = 0
})

async function say(author = bob, visibility: 'public' | 'private' = 'public'): Promise<string> {
  const { id } = await createPost(server.ctx, author, { text: 'What do you think?', visibility })
  await server.settle()
  for (const host of [near, far]) host.arrivals.length = 0
  return `${server.origin}/users/${author.username}/statuses/${id}`
}

const answerTo = (uri: string, more: object = {}) =>
  noteOf(alice, { inReplyTo: uri, to: [publicly], cc: [`${bobUri}/followers`], ...more })

async function deliver(activity: object, path = '/inbox'): Promise<void> {
  expect((await alice.post(server, activity, { path })).status).toBe(202)
  await server.settle()
}

const bodies = (host: RemoteServer) =>
  host.arrivals.flatMap(({ method, body }) => (method === 'POST' ? [body] : []))

test('An answer goes to the followers byte for byte, signed by the one who is answered, once', async () => {
  const create = { ...createOf(alice, answerTo(await say())), signature, 'ex:strange': '\u00e9 \\ "' }
  await deliver(create)
  await deliver(create)
  await deliver(create, `/users/bob${serial}/inbox`)
  expect(bodies(far)).toEqual([JSON.stringify(create)])
  const [arrival] = far.arrivals.filter(({ method }) => method === 'POST')
  expect(arrival?.headers['signature']).toContain(`keyId="${bobUri}#main-key"`)
  expect(bodies(near)).toEqual([])
})

test.each(['private', 'public'] as const)(
  'An answer to a %s post for the followers alone is passed on to them',
  async (visibility) => {
    const note = answerTo(await say(bob, visibility), { to: [`${bobUri}/followers`], cc: [] })
    await deliver({ ...createOf(alice, note), proof: { type: 'DataIntegrityProof' } })
    expect(bodies(far)).toHaveLength(1)
  },
)

test('Answers to answers are passed on, three levels below the post and no further', async () => {
  let above = await say()
  for (let level = 1; level <= 4; level++) {
    const note = answerTo(above)
    await deliver({ ...createOf(alice, note), signature })
    above = note['id']
  }
  expect(bodies(far)).toHaveLength(3)
})

test('What is said of a post, and a change of an answer, are passed on as they are addressed', async () => {
  const post = await say()
  const cc = [`${bobUri}/followers`]
  await deliver({ ...activityOf(alice, 'Like', { object: post, cc }), signature })
  await deliver(activityOf(alice, 'Like', { object: post, cc }))
  const note = answerTo(post)
  await deliver({ ...createOf(alice, note), signature })
  const updated = { ...note, content: '<p>Otherwise</p>', updated: new Date().toISOString() }
  await deliver({ ...activityOf(alice, 'Update', { object: updated, to: note['to'], cc }), signature })
  await deliver({ ...activityOf(alice, 'Update', { object: updated, to: note['to'] }), signature })
  expect(far.received().map(({ type }) => type)).toEqual(['Like', 'Create', 'Update'])
})

test('A Delete goes where the answer went, and the Delete of one that was not passed on nowhere', async () => {
  const post = await say()
  const [passed, kept] = [answerTo(post), answerTo(post, { cc: [] })]
  for (const note of [passed, kept]) await deliver({ ...createOf(alice, note), signature })
  for (const note of [kept, passed])
    await deliver({ ...activityOf(alice, 'Delete', { object: note['id'], to: [publicly] }), signature })
  expect(far.received().map(({ type, object }) => [type, object.id ?? object])).toEqual([
    ['Create', passed['id']],
    ['Delete', passed['id']],
  ])
})

test('Somebody else can neither pass on nor take back an answer', async () => {
  const note = answerTo(await say())
  await deliver({ ...createOf(alice, note), signature })
  const mal = await near.addActor(`mal${serial}`)
  await mal.post(server, { ...activityOf(mal, 'Delete', { object: note['id'], to: [publicly] }), signature })
  const forged = answerTo(note['inReplyTo'], { attributedTo: alice.uri })
  near.serve(new URL(forged['id']).pathname, {
    '@context': 'https://www.w3.org/ns/activitystreams',
    ...forged,
  })
  await mal.post(server, { ...createOf(alice, forged), signature })
  await server.settle()
  expect(bodies(far)).toHaveLength(1)
})

test.each<[string, (note: Record<string, any>) => object]>([
  ['has no signature of its own', (note) => createOf(alice, note)],
  ['has a signature in name only', (note) => ({ ...createOf(alice, note), signature: 'yes' })],
  ['is not for the followers', (note) => ({ ...createOf(alice, { ...note, cc: [] }), signature })],
  [
    'is for the followers of somebody else',
    (note) => ({
      ...createOf(alice, { ...note, cc: [`${server.origin}/users/other/followers`] }),
      signature,
    }),
  ],
  ['answers nothing of ours', (note) => ({ ...createOf(alice, { ...note, inReplyTo: null }), signature })],
  [
    'answers a post that is not there',
    (note) => ({ ...createOf(alice, { ...note, inReplyTo: `${bobUri}/statuses/7` }), signature }),
  ],
  ['is too large', (note) => ({ ...createOf(alice, { ...note, content: 'x'.repeat(70_000) }), signature })],
])('What %s is passed on to nobody', async (_what, write) => {
  await createMember(server.ctx, 'other').catch(() => undefined)
  await deliver(write(answerTo(await say())))
  expect(bodies(far)).toEqual([])
  expect(bodies(near)).toEqual([])
})

test('Nothing is passed on for an author who blocks who says it', async () => {
  const post = await say()
  const actor = await server.ctx.remote.resolveActor(alice.uri)
  await server.ctx.db
    .insertInto('blocks')
    .values({ id: server.ctx.newId(), actorId: bob.id, targetId: actor!.id, targetUri: alice.uri })
    .execute()
  await deliver({ ...createOf(alice, answerTo(post)), signature })
  expect(bodies(far)).toEqual([])
})

test('A Delete of what one of us only likes is passed on to nobody', async () => {
  const note = noteOf(alice, { to: [publicly, bobUri] })
  await deliver(createOf(alice, note))
  const known = await findRemoteStatus(server.ctx.db, note['id'])
  await likeStatus(server.ctx, bob, known!.id)
  await server.settle()
  expect(near.received('Like')).toHaveLength(1)
  await deliver({ ...activityOf(alice, 'Delete', { object: note['id'], to: [publicly] }), signature })
  expect(await findRemoteStatus(server.ctx.db, note['id'])).toBeUndefined()
  expect(bodies(far)).toEqual([])
})
