import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { exportPublicKeyPem, generateRsaKeyPair } from '../../src/lib/signatures/keys.ts'
import { findRemoteKey } from '../../src/store/keys.ts'
import { post, send, type Answer, type Letter } from '../support/letters.ts'
import { activityOf, type RemoteActor } from '../support/remote-server.ts'
import { startServer } from '../support/server.ts'
import { findPost, greeting, startScene, type Scene } from './scene.ts'

let scene: Scene
let alice: RemoteActor
let mal: RemoteActor
const others = await generateRsaKeyPair()
const publicKeyPem = exportPublicKeyPem(others.publicKey)

beforeAll(async () => {
  scene = await startScene()
  ;({ alice, mal } = scene)
})
afterAll(() => scene?.[Symbol.asyncDispose]())

beforeEach(() => {
  for (const { arrivals } of [scene.victim, scene.evil]) arrivals.length = 0
})

const hello = (from: RemoteActor) => greeting(from, scene.bobUri)
const refuse = (letter: Letter) => scene.expectRefused(() => post(scene.server, letter))
const asMal = () => ({ keyId: mal.keyId, privateKey: mal.privateKey, body: hello(mal) })

async function expectUnauthorized(letter: Letter): Promise<void> {
  expect((await refuse(letter)).status).toBe(401)
}

describe('a key speaks for the actor whose own document lists it', () => {
  const claim = () => ({
    '@context': 'https://w3id.org/security/v1',
    type: 'CryptographicKey',
    owner: alice.uri,
    publicKeyPem,
  })

  it.each([
    ['with an id', () => ({ ...claim(), id: `${scene.evil.origin}/key` })],
    ['without an id', claim],
    ['of a controller', () => ({ ...claim(), id: `${scene.evil.origin}/key`, controller: alice.uri })],
  ])('not for whom a key document names: %s', async (_name, document) => {
    const path = `/key-${_name.replaceAll(' ', '-')}`
    const named = document() as Record<string, unknown>
    if ('id' in named) named['id'] = scene.evil.origin + path
    scene.evil.serve(path, named)
    await expectUnauthorized({
      keyId: scene.evil.origin + path,
      privateKey: others.privateKey,
      body: hello(alice),
    })
  })

  it('not for whom another actor names', async () => {
    const keyId = `${scene.evil.origin}/users/mole#main-key`
    await scene.evil.addActor('mole', { publicKey: { id: keyId, owner: alice.uri, publicKeyPem } })
    await expectUnauthorized({ keyId, privateKey: others.privateKey, body: hello(alice) })
  })

  it('not for whom a Multikey names', async () => {
    const keyId = `${scene.evil.origin}/users/ape#main-key`
    await scene.evil.addActor('ape', {
      publicKey: { id: keyId, owner: alice.uri, publicKeyPem },
      assertionMethod: [{ id: keyId, type: 'Multikey', controller: alice.uri, publicKeyMultibase: 'z6Mk' }],
    })
    await expectUnauthorized({ keyId, privateKey: others.privateKey, body: hello(alice) })
  })

  it('and stays bound under its id, whatever is served elsewhere under that id', async () => {
    const before = await findRemoteKey(scene.server.ctx.db, alice.keyId)
    scene.evil.serve('/k1', { ...claim(), id: alice.keyId })
    await expectUnauthorized({
      keyId: `${scene.evil.origin}/k1`,
      privateKey: others.privateKey,
      body: hello(alice),
    })
    expect(await findRemoteKey(scene.server.ctx.db, alice.keyId)).toEqual(before)
  })
})

describe('a signature counts only when it', () => {
  const hour = 3_600_000
  const at = (hours: number) => new Date(Date.now() + hours * hour)
  const seconds = (hours: number) => Math.floor(at(hours).getTime() / 1000)
  const style = 'rfc9421' as const
  const params = (more: string) => `;keyid="${mal.keyId}"${more}`

  it.each<[string, () => Partial<Letter>]>([
    ['is there', () => ({ after: { signature: undefined } })],
    ['says something', () => ({ after: { signature: '' } })],
    ['names what it covers', () => ({ covered: [] })],
    ['covers more than a date', () => ({ covered: ['date'] })],
    ['covers the target', () => ({ covered: ['host', 'date', 'digest'] })],
    ['covers the host', () => ({ covered: ['(request-target)', 'date', 'digest'] })],
    ['covers the digest', () => ({ covered: ['(request-target)', 'host', 'date'] })],
    ['covers a digest that is SHA-256', () => ({ headers: { digest: 'SHA=2jmj7l5rSw0yVb/vlWAYkK/YBwk=' } })],
    ['is of this body', () => ({ after: { digest: `SHA-256=${'A'.repeat(43)}=` } })],
    ['is of this path', () => ({ path: '/users/bob/inbox', pathAfter: '/inbox' })],
    ['is of this query', () => ({ pathAfter: '/inbox?x=1' })],
    ['has a date that can be read', () => ({ headers: { date: 'garbage' } })],
    ['was made within the hour', () => ({ date: at(-65 / 60) })],
    ['is not of the future', () => ({ date: at(65 / 60) })],
    ['is not of another day', () => ({ date: at(-13) })],
    ['(RFC 9421) covers more than the date', () => ({ style, covered: ['date'] })],
    ['(RFC 9421) covers more than the method', () => ({ style, covered: ['@method'] })],
    ['(RFC 9421) covers the digest', () => ({ style, covered: ['@method', '@target-uri'] })],
    [
      '(RFC 9421) has not expired',
      () => ({ style, params: params(`;created=${seconds(-0.1)};expires=${seconds(-0.05)}`) }),
    ],
    ['(RFC 9421) was made in our time', () => ({ style, params: params(';created=99999999999999999') })],
  ])('%s', async (_rule, letter) => expectUnauthorized({ ...asMal(), ...letter() }))

  it.each([
    ['is base64', 'signature="%%%"'],
    ['has an algorithm', `algorithm="none",signature="AAAA"`],
    ['covers what there is', 'headers="",signature="AAAA"'],
    ['is well-formed', 'signature="AAAA'],
  ])('%s', async (_rule, rest) => {
    const signature = `keyId="${mal.keyId}",headers="(request-target) host date digest",${rest}`
    await expectUnauthorized({ ...asMal(), after: { signature } })
  })

  it('is the only one', async () => {
    const twice = ['keyId="x",headers="date",signature="AAAA"', 'keyId="y",headers="date",signature="AAAA"']
    await expectUnauthorized({ ...asMal(), after: { signature: twice as unknown as string } })
  })

  it('is for us', async () => {
    const elsewhere = { origin: 'https://evil.example', port: scene.server.port }
    const answer = await scene.expectRefused(() => post(elsewhere, asMal()))
    expect(answer.status).toBe(421)
  })

  it('is of the request: one in the body says nothing about who sends it', async () => {
    const { host } = new URL(scene.server.origin)
    const headers = { host, 'content-type': 'application/activity+json' }
    for (const inside of [
      { signature: { type: 'RsaSignature2017', creator: alice.keyId, signatureValue: 'AAAA' } },
      { proof: { type: 'DataIntegrityProof', verificationMethod: alice.keyId, proofValue: 'zAAAA' } },
    ]) {
      const body = JSON.stringify({ ...hello(alice), ...inside })
      const sent = (): Promise<Answer> =>
        send(scene.server.port, { method: 'POST', path: '/inbox', headers, body })
      expect((await scene.expectRefused(sent)).status).toBe(401)
    }
  })

  it('is 55 minutes old at most, and then it does', async () => {
    const letter = { ...asMal(), date: at(-55 / 60) }
    const { value, effects } = await scene.watch(() => post(scene.server, letter))
    expect(value.status).toBe(202)
    expect(effects).toContain('remote_statuses: 0 -> 1 rows')
  })
})

it('A key that its owner replaced, by an Update signed with it, is believed no more', async () => {
  const rotator = await scene.victim.addActor('rotator')
  const letter = () => ({ keyId: rotator.keyId, privateKey: rotator.privateKey, body: hello(rotator) })
  expect((await post(scene.server, letter())).status).toBe(202)
  const next = await generateRsaKeyPair()
  const publicKey = {
    id: `${rotator.uri}#next-key`,
    owner: rotator.uri,
    publicKeyPem: exportPublicKeyPem(next.publicKey),
  }
  rotator.document['publicKey'] = publicKey
  const told = await scene.takes(activityOf(rotator, 'Update', { object: rotator.document }), rotator)
  expect(told.value.status).toBe(202)

  const { origin, connectionString, ctx } = scene.server
  // A process that never knew the former key, with the same database.
  await using other = await startServer({
    connectionString,
    env: { ORIGIN: origin, SECRET_FILE: ctx.config.secretFile },
  })
  expect((await post(other, letter())).status).toBe(401)
  const withNext = { ...letter(), keyId: publicKey.id, privateKey: next.privateKey }
  expect((await post(other, withNext)).status).toBe(202)
})

it('Whoever is gone, and their key with them, is removed by their own word, and nobody else by it', async () => {
  const [leaver, neighbour] = [
    await scene.victim.addActor('leaver'),
    await scene.victim.addActor('neighbour'),
  ]
  for (const each of [leaver, neighbour])
    await scene.takes(activityOf(each, 'Follow', { object: scene.carolUri }), each)
  scene.victim.serve(new URL(leaver.uri).pathname, (_request, response) => response.writeHead(410).end())
  await scene.ignores(activityOf(leaver, 'Delete', { object: neighbour.uri }), leaver)
  const gone = await scene.takes(activityOf(leaver, 'Delete', { object: leaver.uri }), leaver)
  expect(gone.effects).toContain('follows: 3 -> 2 rows')
})

it.each(['s=("date")', 's=()', 's=("@query-param";name="x")'])(
  'What we sign is the same when another server asks for %s',
  async (ask) => {
    const path = `/asks?${encodeURIComponent(ask)}`
    scene.evil.serve(path, (_request, response) => response.writeHead(401, { 'accept-signature': ask }).end())
    await refuse({ ...asMal(), keyId: scene.evil.origin + path })
    const signatures = scene.evil.arrivals.map(({ headers }) =>
      String(headers['signature-input'] ?? headers['signature']),
    )
    expect(signatures.length).toBeGreaterThan(0)
    for (const signature of signatures)
      expect(signature).toMatch(
        /headers="\(request-target\) host date"|\("@method" "@target-uri" "@authority"\)/,
      )
  },
)

it('An id that somebody else used first is free for whose it is', async () => {
  const genuine = greeting(alice, scene.bobUri)
  await scene.refuses(activityOf(mal, 'Like', { id: genuine['id'], object: scene.bobUri }))
  const { value } = await scene.takes(genuine, alice)
  expect(value.status).toBe(202)
  expect(await findPost(scene, genuine['object'].id)).toBeDefined()
})
