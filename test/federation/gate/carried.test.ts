import { sql } from 'kysely'
import { beforeEach, describe, expect, it } from 'vitest'
import { followActor } from '../../../src/domain/follows/follow-actor.ts'
import { createGateLimits } from '../../../src/federation/inbox/limits.ts'
import { signDocument, type DocumentKeys } from '../../../src/federation/signing/sign-document.ts'
import { generateEd25519KeyPair, toMultikey } from '../../../src/lib/signatures/keys.ts'
import { insertDomainBlock } from '../../../src/store/hosts.ts'
import { activityOf, startRemoteServer } from '../../support/remote-server.ts'
import type { RemoteActor } from '../../support/remote-server.ts'
import { meet } from '../../support/meeting.ts'
import { use } from '../../support/use.ts'

const { server, remote: origin, elsewhere, bob } = await use(meet())
const mal = await elsewhere.addActor('mal')

/** Followed by bob; her server will be gone. */
let alice: RemoteActor
let newAlice: RemoteActor
let keys: DocumentKeys
let serial = 0

beforeEach(async () => {
  const name = `alice${++serial}`
  const uri = `${origin.origin}/users/${name}`
  const ed25519 = await generateEd25519KeyPair()
  const multikey = { id: `${uri}#ed25519-key`, type: 'Multikey', controller: uri }
  alice = await origin.addActor(name, {
    '@context': [
      'https://www.w3.org/ns/activitystreams',
      'https://w3id.org/security/v1',
      'https://w3id.org/security/multikey/v1',
      { assertionMethod: { '@id': 'https://w3id.org/security#assertionMethod', '@type': '@id' } },
      { movedTo: { '@id': 'as:movedTo', '@type': '@id' } },
    ],
    assertionMethod: [{ ...multikey, publicKeyMultibase: toMultikey(ed25519.publicKey) }],
  })
  newAlice = await elsewhere.addActor(`new${name}`, { alsoKnownAs: [uri] })
  keys = {
    rsaKey: { keyId: alice.keyId, privateKey: alice.privateKey },
    proofKey: { keyId: multikey.id, privateKey: ed25519.privateKey },
  }
  await followActor(server.ctx, bob, (await server.ctx.remote.resolveActor(uri))!)
  await server.settle()
  const [follow] = origin.received('Follow')
  await alice.post(server, activityOf(alice, 'Accept', { object: follow.id }))
  await server.settle()
  origin.serve(`/users/${name}`, (request) => request.socket.destroy())
  origin.arrivals.length = 0
  elsewhere.arrivals.length = 0
})

const sign = (activity: object, by = keys) => signDocument(activity, by, server.ctx.now())
const moveOf = (more: object = {}) =>
  activityOf(alice, 'Move', { object: alice.uri, target: newAlice.uri, ...more })

async function carry(activity: object): Promise<number> {
  const { status } = await mal.post(server, activity)
  await server.settle()
  return status
}

/** Whom the new account was asked for by ours. */
const newFollows = () => elsewhere.received('Follow').map(({ actor, object }) => ({ actor, object }))
const moved = () => [{ actor: `${server.origin}/users/bob`, object: newAlice.uri }]
const storedAlice = async () =>
  server.ctx.db
    .selectFrom('remoteActors')
    .select(['displayName', 'inboxId', 'movedTo'])
    .where('uri', '=', alice.uri)
    .executeTakeFirstOrThrow()

describe('brought by somebody else', () => {
  it.each<[string, () => DocumentKeys]>([
    ['a signature', () => ({ rsaKey: keys.rsaKey })],
    ['a proof', () => ({ proofKey: keys.proofKey })],
    ['both', () => keys],
  ])(
    'a Move with %s of its actor moves whoever follows, though the actor is nowhere to be asked',
    async (_by, by) => {
      const move = await sign(moveOf(), by())
      expect(await carry(move)).toBe(202)
      expect(newFollows()).toEqual(moved())
      expect(await carry(move)).toBe(202)
      expect(newFollows()).toEqual(moved())
    },
  )

  it('an Update that sets movedTo moves, and changes nothing else of its actor', async () => {
    const before = await storedAlice()
    const { '@context': context, ...object } = alice.document
    const changes = { name: 'Changed', inbox: `${origin.origin}/elsewhere`, movedTo: newAlice.uri }
    const update = activityOf(alice, 'Update', { '@context': context, object: { ...object, ...changes } })
    expect(await carry(await sign(update, { proofKey: keys.proofKey }))).toBe(202)
    expect(newFollows()).toEqual(moved())
    expect(await storedAlice()).toMatchObject({ displayName: before.displayName, inboxId: before.inboxId })
  })

  it('a Move without a signature is refused', async () => {
    expect(await carry(moveOf())).toBe(401)
    expect(newFollows()).toEqual([])
  })

  it('a Move with a signature that does not hold is a hint at most', async () => {
    const signed = await sign(moveOf())
    const theirs = { rsaKey: { keyId: mal.keyId, privateKey: mal.privateKey } }
    const pretended = { rsaKey: { keyId: alice.keyId, privateKey: mal.privateKey } }
    for (const forged of [
      { ...signed, target: mal.uri },
      {
        ...signed,
        proof: undefined,
        signature: { type: 'RsaSignature2017', creator: alice.keyId, signatureValue: 'AAAA' },
      },
      await sign(moveOf(), theirs),
      await sign(moveOf(), pretended),
    ]) {
      expect(await carry(forged)).toBe(202)
    }
    expect(newFollows()).toEqual([])
    expect((await storedAlice()).movedTo).toBeNull()
  })

  it('a key that must be fetched first is not fetched', async () => {
    const stranger = await origin.addActor(`stranger${serial}`)
    const move = activityOf(stranger, 'Move', { object: stranger.uri, target: newAlice.uri })
    const by = { rsaKey: { keyId: `${stranger.uri}?key#main-key`, privateKey: stranger.privateKey } }
    expect(await carry(await sign(move, by))).toBe(202)
    expect(origin.fetched()).not.toContain(`/users/stranger${serial}?key`)
  })

  it('no other activity is believed, whatever its signature', async () => {
    const note = {
      id: `${alice.uri}/notes/1`,
      type: 'Note',
      attributedTo: alice.uri,
      content: 'Hello',
      to: [`${server.origin}/users/bob`],
    }
    for (const activity of [
      activityOf(alice, 'Create', { object: note, to: note.to }),
      activityOf(alice, 'Delete', { object: alice.uri }),
      activityOf(alice, 'Update', { object: { id: alice.uri, type: 'Person', name: 'Changed' } }),
    ]) {
      expect(await carry(await sign(activity))).toBe(202)
    }
    const notes = await server.ctx.db
      .selectFrom('remoteStatuses')
      .select('uri')
      .where('uri', '=', note.id)
      .execute()
    expect(notes).toEqual([])
    expect((await storedAlice()).displayName).not.toBe('Changed')
  })

  it('what its actor told us already is not done again', async () => {
    const move = await sign(moveOf())
    expect((await alice.post(server, move)).status).toBe(202)
    await server.settle()
    expect(newFollows()).toEqual(moved())
    elsewhere.arrivals.length = 0
    await sql`update actors set moved_at = null, moved_to = null, moved_to_id = null`.execute(server.ctx.db)
    expect(await carry(move)).toBe(202)
    expect(newFollows()).toEqual([])
  })

  it('what was signed before another move was carried out comes too late', async () => {
    const move = await sign(moveOf())
    const { db } = server.ctx
    const at = (seconds: number) => new Date(Date.now() + seconds * 1000)
    const movedAt = at(-30 * 86_400)
    await db.updateTable('remoteActors').set({ movedAt }).where('uri', '=', alice.uri).execute()
    const old = await signDocument(moveOf(), keys, at(-31 * 86_400))
    expect(await carry(old)).toBe(202)
    expect(newFollows()).toEqual([])
    expect(await carry(move)).toBe(202)
    expect(newFollows()).toEqual(moved())
  })

  it('nobody whose server is blocked is heard', async () => {
    await using blocked = await startRemoteServer()
    const carol = await blocked.addActor('carol')
    await server.ctx.remote.resolveActor(carol.uri)
    const move = activityOf(carol, 'Move', { object: carol.uri, target: newAlice.uri })
    const signed = await sign(move, { rsaKey: { keyId: carol.keyId, privateKey: carol.privateKey } })
    await insertDomainBlock(server.ctx.db, new URL(carol.uri).host, '')
    expect(await carry(signed)).toBe(403)
  })

  it('it is no sign of life of the server of its actor', async () => {
    const { db } = server.ctx
    await sql`update hosts set last_heard_at = null where host = ${new URL(alice.uri).host}`.execute(db)
    expect(await carry(await sign(moveOf()))).toBe(202)
    const host = await db
      .selectFrom('hosts')
      .select('lastHeardAt')
      .where('host', '=', new URL(alice.uri).host)
      .executeTakeFirst()
    expect(host).toEqual({ lastHeardAt: null })
  })
})

it('Only so many are looked at, of each server and of all together', () => {
  const limits = createGateLimits()
  const taken = (host: string) =>
    Array.from({ length: 200 }, () => limits.takeCarried(host)).filter(Boolean).length
  expect(taken('one.example')).toBe(30)
  const others = Array.from({ length: 20 }, (_, at) => taken(`other${at}.example`))
  expect(others.reduce((sum, count) => sum + count, 0)).toBe(90)
})
