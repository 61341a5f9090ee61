import { describe, expect, it } from 'vitest'
import { createGateLimits } from '../../../src/federation/inbox/limits.ts'
import { createRemoteKeys } from '../../../src/federation/remote/remote-keys.ts'
import { fetchKeyOwner } from '../../../src/federation/remote/fetch-actor.ts'
import {
  exportPublicKeyPem,
  generateEd25519KeyPair,
  generateRsaKeyPair,
  toMultikey,
} from '../../../src/lib/signatures/keys.ts'
import { createMember } from '../../support/people.ts'
import { activityOf, sendJson, startRemoteServer } from '../../support/remote-server.ts'
import type { RemoteActor } from '../../support/remote-server.ts'
import { startServer } from '../../support/server.ts'
import { use } from '../../support/use.ts'

const server = await use(startServer())
const remote = await use(startRemoteServer())
await createMember(server.ctx, 'bob')

let serial = 0

const addActor = (changes?: Record<string, unknown>): Promise<RemoteActor> =>
  remote.addActor(`actor${++serial}`, changes)

const follow = (actor: RemoteActor) => activityOf(actor, 'Follow', { object: `${server.origin}/users/bob` })

async function statusFor(
  actor: RemoteActor,
  key: Partial<Pick<RemoteActor, 'keyId' | 'privateKey'>> = {},
): Promise<number> {
  return (await actor.post(server, follow(actor), key)).status
}

describe('a key', () => {
  it('is asked for once, by a signed request of the instance, and known from then on', async () => {
    const actor = await addActor()
    remote.arrivals.length = 0
    for (let count = 0; count < 3; count++) expect(await statusFor(actor)).toBe(202)
    const path = new URL(actor.uri).pathname
    const asked = remote.arrivals.filter(({ url }) => url === path)
    expect(asked).toHaveLength(1)
    expect(asked[0]?.headers['signature']).toContain(`keyId="${server.origin}/actor#main-key"`)
    expect(asked[0]?.headers['user-agent']).toMatch(/^Holdfast\//)
  })

  it('stays bound while its server is silent, and when its document lists none by mistake of an Update', async () => {
    const actor = await addActor()
    expect(await statusFor(actor)).toBe(202)
    const { publicKey: _key, ...keyless } = actor.document
    expect((await actor.post(server, activityOf(actor, 'Update', { object: keyless }))).status).toBe(202)
    await server.settle()
    remote.serve(new URL(actor.uri).pathname, (_request, response) => response.writeHead(503).end())
    const keys = createRemoteKeys(server.ctx.db, (keyId) =>
      fetchKeyOwner(server.ctx, server.app.source, keyId),
    )
    expect((await keys.refresh(actor.keyId, () => true)) as object).toMatchObject({ actorUri: actor.uri })
    expect(await statusFor(actor)).toBe(202)
  })

  it('that its owner replaced, by an Update signed with it, is believed no more', async () => {
    const actor = await addActor()
    expect(await statusFor(actor)).toBe(202)
    const next = await generateRsaKeyPair()
    const keyId = `${actor.uri}#key-2`
    const publicKey = { id: keyId, owner: actor.uri, publicKeyPem: exportPublicKeyPem(next.publicKey) }
    actor.document['publicKey'] = publicKey
    expect((await actor.post(server, activityOf(actor, 'Update', { object: actor.document }))).status).toBe(
      202,
    )
    await server.settle()
    expect(await statusFor(actor, { keyId, privateKey: next.privateKey })).toBe(202)

    let now = 1
    const keys = createRemoteKeys(
      server.ctx.db,
      async () => undefined,
      () => now,
    )
    expect(await keys.find(actor.keyId)).toBeUndefined()
    const held = await keys.find(keyId)
    await server.ctx.db.deleteFrom('remoteKeys').where('keyUri', '=', keyId).execute()
    expect(await keys.find(keyId)).toBe(held)
    now += 60_001
    expect(await keys.find(keyId)).toBeUndefined()
  })

  it('that changed under its id is asked for once more, and again only after ten minutes', async () => {
    let now = 0
    let asked = 0
    const keys = createRemoteKeys(
      server.ctx.db,
      async () => void asked++,
      () => now,
    )
    const refresh = () => keys.refresh('https://a.example/key', () => true)
    await Promise.all([refresh(), refresh()])
    await refresh()
    now = 599_000
    await refresh()
    expect(asked).toBe(1)
    now = 601_000
    await refresh()
    expect(asked).toBe(2)
  })

  it('is not asked for when its server has had enough', async () => {
    let asked = 0
    const keys = createRemoteKeys(server.ctx.db, async () => void asked++)
    expect(await keys.refresh('https://a.example/key', () => false)).toBe('limited')
    expect(asked).toBe(0)
    await keys.refresh('https://a.example/key', () => true)
    expect(asked).toBe(1)
  })

  it('may stand in a document of its own, if its owner lists it', async () => {
    const actor = await addActor()
    const keyId = `${actor.uri}/main-key`
    const publicKey = { ...actor.document['publicKey'], id: keyId }
    actor.document['publicKey'] = publicKey
    const context = ['https://www.w3.org/ns/activitystreams', 'https://w3id.org/security/v1']
    remote.serve(new URL(keyId).pathname, sendJson({ '@context': context, ...publicKey }))
    expect(await statusFor(actor, { keyId })).toBe(202)
  })

  it('may be served with a stub of its owner', async () => {
    const actor = await addActor()
    const keyId = `${actor.uri}/main-key`
    actor.document['publicKey'].id = keyId
    const { '@context': context, id, type, preferredUsername, publicKey } = actor.document
    remote.serve(
      new URL(keyId).pathname,
      sendJson({ '@context': context, id, type, preferredUsername, publicKey }),
    )
    expect(await statusFor(actor, { keyId })).toBe(202)
  })

  it('may be Ed25519, as a Multikey, with RFC 9421', async () => {
    const { publicKey, privateKey } = await generateEd25519KeyPair()
    const actor = await addActor()
    const keyId = `${actor.uri}#ed25519-key`
    actor.document['@context'] = [
      'https://www.w3.org/ns/activitystreams',
      'https://w3id.org/security/multikey/v1',
    ]
    delete actor.document['publicKey']
    actor.document['assertionMethod'] = [
      { id: keyId, type: 'Multikey', controller: actor.uri, publicKeyMultibase: toMultikey(publicKey) },
    ]
    const answer = await actor.post(server, follow(actor), { keyId, privateKey, style: 'rfc9421' })
    expect(answer.status).toBe(202)
  })
})

describe('the share of a server', () => {
  it('is its own, counted over all its subdomains, and each kind apart', () => {
    const limits = createGateLimits()
    const taken = Array.from({ length: 400 }, (_, index) => limits.takeLookup(`h${index}.evil.example`))
    expect(taken.filter(Boolean)).toHaveLength(300)
    expect(limits.takeLookup('evil.example')).toBe(false)
    expect(limits.takeLookup('other.example')).toBe(true)
    expect(limits.takeRequest('evil.example')).toBe(true)
    expect(limits.takeHint('evil.example')).toBe(true)
  })
})
