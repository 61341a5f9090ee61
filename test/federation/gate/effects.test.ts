import { createPublicKey } from 'node:crypto'
import { createRequire } from 'node:module'
import { beforeEach, describe, expect, it } from 'vitest'
import { lockAccount } from '../../../src/domain/accounts/lock-account.ts'
import { approveFollow } from '../../../src/domain/follows/answer-follow.ts'
import { followActor } from '../../../src/domain/follows/follow-actor.ts'
import { getVisibleStatus } from '../../../src/domain/statuses/get-visible.ts'
import type { Actor } from '../../../src/store/actors.ts'
import { createMember } from '../../support/people.ts'
import { activityOf, createOf, noteOf } from '../../support/remote-server.ts'
import type { Arrival, RemoteActor } from '../../support/remote-server.ts'
import { startServer } from '../../support/server.ts'
import { meet } from '../../support/meeting.ts'
import { use } from '../../support/use.ts'

const httpSignature = createRequire(import.meta.url)('http-signature') as {
  parseRequest(request: object, options: object): object
  verifySignature(parsed: object, pem: string): boolean
}

const { server, remote, elsewhere, bob, bobUri, deliver } = await use(meet())
const carol = await createMember(server.ctx, 'carol')
const carolUri = `${server.origin}/users/carol`

let alice: RemoteActor
let mal: RemoteActor

let serial = 0

/** Every test has people of its own on the other servers. */
beforeEach(async () => {
  alice = await remote.addActor(`alice${++serial}`)
  mal = await elsewhere.addActor(`mal${serial}`)
  remote.arrivals.length = 0
  elsewhere.arrivals.length = 0
})

const find = (uri: string) =>
  server.ctx.db.selectFrom('remoteStatuses').selectAll().where('uri', '=', uri).executeTakeFirst()

const followersOf = async (id: string) =>
  server.ctx.db.selectFrom('follows').select(['followerUri', 'state']).where('targetId', '=', id).execute()

async function makeFollow(follower: Actor, target: RemoteActor): Promise<string> {
  const actor = await server.ctx.remote.resolveActor(target.uri)
  await followActor(server.ctx, follower, actor as Actor)
  await server.settle()
  const [sent] = remote.received('Follow')
  return sent.id
}

async function makeMutual(follower: Actor, target: RemoteActor): Promise<void> {
  const id = await makeFollow(follower, target)
  await deliver(target, activityOf(target, 'Accept', { object: id }))
}

describe('a post', () => {
  it('of somebody whom nobody follows, and that concerns nobody here, is let go', async () => {
    const note = noteOf(alice)
    await deliver(alice, createOf(alice, note))
    expect(await find(note['id'])).toBeUndefined()
  })

  it('in the shared and in two personal inboxes is one post for both people', async () => {
    const note = noteOf(alice, { to: [bobUri], cc: [] })
    const create = createOf(alice, note)
    await deliver(alice, create)
    await deliver(alice, create, '/users/bob/inbox')
    await deliver(alice, create, '/users/carol/inbox')
    const stored = await find(note['id'])
    expect(stored).toMatchObject({ visibility: 'direct', audience: [bob.id, carol.id] })
    for (const viewer of [bob, carol]) await getVisibleStatus(server.ctx, stored!.id, viewer.id)
    await expect(getVisibleStatus(server.ctx, stored!.id, undefined)).rejects.toThrow('no such post')
  })

  it('in two personal inboxes is for both, though it is addressed to neither', async () => {
    const note = noteOf(alice, { to: [], cc: [] })
    const create = createOf(alice, note)
    await deliver(alice, create)
    expect(await find(note['id'])).toBeUndefined()
    await deliver(alice, create, '/users/bob/inbox')
    await deliver(alice, create, '/users/carol/inbox')
    expect((await find(note['id']))?.audience).toEqual([bob.id, carol.id])
  })

  it('for followers, in the shared inbox, is for the followers and for those who are named', async () => {
    await makeMutual(bob, alice)
    const note = noteOf(alice, { to: [`${alice.uri}/followers`], cc: [] })
    await deliver(alice, createOf(alice, note))
    const { id } = (await find(note['id']))!
    await getVisibleStatus(server.ctx, id, bob.id)
    await expect(getVisibleStatus(server.ctx, id, carol.id)).rejects.toThrow('no such post')
    await expect(getVisibleStatus(server.ctx, id, undefined)).rejects.toThrow('no such post')
  })

  it('is not shown to somebody whose follow was never accepted', async () => {
    await makeFollow(bob, alice)
    const note = noteOf(alice, { to: [`${alice.uri}/followers`], cc: [] })
    await deliver(alice, createOf(alice, note))
    expect(await find(note['id'])).toBeUndefined()
  })

  it("attributed to somebody else, or under somebody else's id, is nobody's", async () => {
    const forged = noteOf(alice, { to: [bobUri] })
    const misnamed = noteOf(mal, { to: [bobUri], attributedTo: alice.uri })
    const misplaced = noteOf(mal, { to: [bobUri], id: `${remote.origin}/users/alice/notes/7` })
    for (const note of [forged, misnamed, misplaced]) {
      await deliver(mal, createOf(mal, note), '/users/bob/inbox')
      expect(await find(note['id'])).toBeUndefined()
    }
    expect(remote.fetched()).toEqual([])
  })

  it('that is known gets no wider audience by a Create of somebody else', async () => {
    const note = noteOf(alice, { to: [bobUri], cc: [] })
    await deliver(alice, createOf(alice, note))
    await deliver(mal, createOf(mal, { ...note, to: [carolUri] }), '/users/carol/inbox')
    expect((await find(note['id']))?.audience).toEqual([bob.id])
  })

  it('is changed and taken back by its author alone', async () => {
    const note = noteOf(alice, { to: [bobUri] })
    await deliver(alice, createOf(alice, note))
    const changed = { ...note, content: '<p>Changed</p>', updated: new Date().toISOString() }
    await deliver(mal, activityOf(mal, 'Update', { object: changed }))
    await deliver(mal, activityOf(mal, 'Delete', { object: note['id'] }))
    expect(await find(note['id'])).toMatchObject({ content: '<p>Hello</p>' })
    await deliver(alice, activityOf(alice, 'Update', { object: changed }))
    expect(await find(note['id'])).toMatchObject({ content: '<p>Changed</p>' })
    await deliver(alice, activityOf(alice, 'Delete', { object: { id: note['id'], type: 'Tombstone' } }))
    expect(await find(note['id'])).toBeUndefined()
  })

  it('that was taken back before it came does not come', async () => {
    const note = noteOf(alice, { to: [bobUri] })
    await deliver(alice, activityOf(alice, 'Delete', { object: note['id'] }))
    await deliver(alice, createOf(alice, note))
    expect(await find(note['id'])).toBeUndefined()
  })

  it('that somebody else passes on is asked for where it comes from, and else refused', async () => {
    await makeMutual(bob, alice)
    const note = noteOf(alice)
    remote.serve(new URL(note['id']).pathname, {
      '@context': 'https://www.w3.org/ns/activitystreams',
      ...note,
    })
    const forged = createOf(alice, { ...note, content: '<p>Forged</p>' })
    expect((await mal.post(server, forged)).status).toBe(401)
    const signature = { type: 'RsaSignature2017', creator: alice.keyId, signatureValue: 'AAAA' }
    await deliver(mal, { ...forged, signature })
    await deliver(mal, { ...forged, signature })
    expect(await find(note['id'])).toMatchObject({ content: '<p>Hello</p>', editedAt: null })
    expect(remote.fetched()).toContain(new URL(note['id']).pathname)
  })

  it('that nobody has at its origin is not taken from whoever passes it on', async () => {
    await makeMutual(bob, alice)
    const note = noteOf(alice)
    await deliver(mal, { ...createOf(alice, note), proof: { type: 'DataIntegrityProof' } })
    expect(await find(note['id'])).toBeUndefined()
  })
})

describe('a follow', () => {
  const follow = () => activityOf(alice, 'Follow', { object: bobUri })

  it('is accepted, by a message that others can verify', async () => {
    const activity = follow()
    await deliver(alice, activity)
    const accept = remote.arrivals.find(({ method }) => method === 'POST') as Arrival
    expect(JSON.parse(accept.body)).toMatchObject({
      type: 'Accept',
      actor: bobUri,
      object: { id: activity['id'], actor: alice.uri },
    })
    const parsed = httpSignature.parseRequest(
      { ...accept, headers: accept.headers },
      { headers: ['(request-target)', 'host', 'date', 'digest'] },
    )
    const keys = await server.ctx.db
      .selectFrom('accountKeys')
      .select('publicKey')
      .where('accountId', '=', bob.id)
      .where('kind', '=', 'rsa')
      .execute()
    expect(createPublicKey(keys[0]!.publicKey).asymmetricKeyDetails?.modulusLength).toBe(2048)
    expect(httpSignature.verifySignature(parsed, keys[0]!.publicKey)).toBe(true)
  })

  it('ends with its Undo, by its author alone, and may begin again under the same id, again and again', async () => {
    const activity = follow()
    const undo = { ...activityOf(alice, 'Undo', { object: activity }), id: `${activity['id']}/undo` }
    for (let round = 1; round <= 3; round++) {
      await deliver(alice, activity)
      await deliver(mal, activityOf(mal, 'Undo', { object: activity }))
      await deliver(mal, activityOf(mal, 'Undo', { object: activity['id'] }))
      expect(await followersOf(bob.id)).toContainEqual({ followerUri: alice.uri, state: 'accepted' })
      expect(remote.received('Accept')).toHaveLength(round)
      await deliver(alice, undo)
      expect(await followersOf(bob.id)).not.toContainEqual({ followerUri: alice.uri, state: 'accepted' })
    }
  })

  it('ends with an Undo that gives nothing but its id', async () => {
    const activity = follow()
    await deliver(alice, activity)
    await deliver(alice, activityOf(alice, 'Undo', { object: activity['id'] }))
    expect(await followersOf(bob.id)).not.toContainEqual({ followerUri: alice.uri, state: 'accepted' })
  })

  it('of a locked account waits for its owner', async () => {
    const dora = await createMember(server.ctx, `dora${serial}`)
    await lockAccount(server.ctx, dora, true)
    await deliver(alice, activityOf(alice, 'Follow', { object: `${server.origin}/users/${dora.username}` }))
    expect(await followersOf(dora.id)).toEqual([{ followerUri: alice.uri, state: 'pending' }])
    expect(remote.received('Accept')).toEqual([])
    const follower = await server.ctx.remote.resolveActor(alice.uri)
    await approveFollow(server.ctx, dora, follower!.id)
    await server.settle()
    expect(remote.received('Accept')).toHaveLength(1)
  })

  it('of ours begins when the one who was asked says so, and nobody else', async () => {
    const id = await makeFollow(carol, alice)
    await deliver(mal, activityOf(mal, 'Accept', { object: id }))
    await deliver(
      mal,
      activityOf(mal, 'Accept', { object: { id, type: 'Follow', actor: carolUri, object: mal.uri } }),
    )
    await deliver(alice, activityOf(alice, 'Accept', { object: `${carolUri}#follows/1` }))
    const stateOf = async () =>
      (
        await server.ctx.db
          .selectFrom('follows')
          .select('state')
          .where('targetUri', '=', alice.uri)
          .executeTakeFirst()
      )?.state
    expect(await stateOf()).toBe('pending')
    await deliver(alice, activityOf(alice, 'Accept', { object: id }))
    expect(await stateOf()).toBe('accepted')
    await deliver(mal, activityOf(mal, 'Reject', { object: id }))
    expect(await stateOf()).toBe('accepted')
    await deliver(alice, activityOf(alice, 'Reject', { object: id }))
    expect(await stateOf()).toBeUndefined()
  })
})

describe('an actor', () => {
  it('is changed by its own word alone', async () => {
    await deliver(alice, activityOf(alice, 'Follow', { object: bobUri }))
    const changed = { ...alice.document, name: 'Changed' }
    await deliver(mal, activityOf(mal, 'Update', { object: changed }))
    expect((await server.ctx.remote.resolveActor(alice.uri))?.displayName).not.toBe('Changed')
    await deliver(alice, activityOf(alice, 'Update', { object: changed }))
    expect((await server.ctx.remote.resolveActor(alice.uri))?.displayName).toBe('Changed')
  })

  it('that its own server suspended is not shown, and is heard when that is taken back', async () => {
    await makeMutual(bob, alice)
    const note = noteOf(alice, { content: '<p>Still here</p>' })
    await deliver(alice, createOf(alice, note))
    const { id = '' } = (await find(note['id'])) ?? {}
    const show = () => getVisibleStatus(server.ctx, id, bob.id)
    expect(await show()).toMatchObject({ content: '<p>Still here</p>' })
    const object = { ...alice.document, 'http://joinmastodon.org/ns#suspended': true }
    await deliver(alice, activityOf(alice, 'Update', { object }))
    await expect(show()).rejects.toMatchObject({ code: 'not_found' })
    await deliver(alice, activityOf(alice, 'Update', { object: alice.document }))
    expect(await show()).toMatchObject({ id })
  })

  it('that is gone, and its server with it, is removed by its own word, and takes nobody else along', async () => {
    const neighbour = await remote.addActor(`neighbour${serial}`)
    const erna = await createMember(server.ctx, `erna${serial}`)
    const object = `${server.origin}/users/${erna.username}`
    for (const actor of [alice, neighbour]) await deliver(actor, activityOf(actor, 'Follow', { object }))
    remote.serve(new URL(alice.uri).pathname, (_request, response) => response.writeHead(410).end())
    await deliver(alice, activityOf(alice, 'Delete', { object: neighbour.uri }))
    expect(await followersOf(erna.id)).toHaveLength(2)
    await deliver(alice, activityOf(alice, 'Delete', { object: alice.uri }))
    expect(await followersOf(erna.id)).toEqual([{ followerUri: neighbour.uri, state: 'accepted' }])
    await deliver(alice, activityOf(alice, 'Follow', { object }))
    expect(await followersOf(erna.id)).toHaveLength(1)
  })
})

describe('two servers on one database', () => {
  it('act once on what both are sent at the same time', async () => {
    const { origin, connectionString } = server
    await using other = await startServer({
      connectionString,
      env: { ORIGIN: origin, SECRET_FILE: server.ctx.config.secretFile },
    })
    const note = noteOf(alice, { to: [bobUri], cc: [] })
    const create = createOf(alice, note)
    const follow = activityOf(alice, 'Follow', { object: carolUri })
    const places = [server, other, server, other, server]
    const paths = ['/inbox', '/users/bob/inbox', '/users/carol/inbox', '/inbox', '/users/bob/inbox']
    const answers = await Promise.all([
      ...places.map((place, index) => alice.post(place, create, { path: paths[index] ?? '/inbox' })),
      ...places.map((place) => alice.post(place, follow)),
    ])
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]))
    await server.settle()
    const stored = await server.ctx.db
      .selectFrom('remoteStatuses')
      .select('audience')
      .where('uri', '=', note['id'])
      .execute()
    expect(stored.map(({ audience }) => audience.toSorted())).toEqual([[bob.id, carol.id].toSorted()])
    expect(remote.received('Accept')).toHaveLength(1)
  })
})
