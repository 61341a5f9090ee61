import { beforeEach, describe, expect, it } from 'vitest'
import { exportPublicKeyPem, generateRsaKeyPair } from '../../../src/lib/signatures/keys.ts'
import { post, send, type Letter } from '../../support/letters.ts'
import { activityOf, createOf, noteOf } from '../../support/remote-server.ts'
import type { RemoteActor } from '../../support/remote-server.ts'
import { meet } from '../../support/meeting.ts'
import { use } from '../../support/use.ts'

const { server, remote: victim, elsewhere: evil, bobUri: bob } = await use(meet())
const alice = await victim.addActor('alice')
const mal = await evil.addActor('mal')

const others = await generateRsaKeyPair()

beforeEach(() => {
  victim.arrivals.length = 0
  evil.arrivals.length = 0
})

/** What is stored because of what came in. */
async function effects(): Promise<Record<string, unknown>> {
  const { db } = server.ctx
  const messages = await db.selectFrom('inboxMessages').select('id').execute()
  const statuses = await db.selectFrom('remoteStatuses').select('uri').execute()
  const follows = await db.selectFrom('follows').select('followerUri').execute()
  return { messages, statuses, follows }
}

const nothing = { messages: [], statuses: [], follows: [] }

function greeting(from: RemoteActor, more: object = {}): Record<string, any> {
  return createOf(from, noteOf(from, { to: [bob], cc: [], ...more }))
}

async function expectRefused(letter: Letter, status = 401): Promise<void> {
  const answer = await post(server, letter)
  expect({ status: answer.status, ...(await effects()) }).toEqual({ status, ...nothing })
}

const asMal = () => ({ keyId: mal.keyId, privateKey: mal.privateKey })
const asAlice = () => ({ keyId: alice.keyId, privateKey: alice.privateKey })

describe('whose key it is', () => {
  it('is not believed of a key document that names an owner elsewhere', async () => {
    const publicKeyPem = exportPublicKeyPem(others.publicKey)
    const key = {
      '@context': 'https://w3id.org/security/v1',
      type: 'CryptographicKey',
      owner: alice.uri,
      publicKeyPem,
    }
    evil.serve('/key', { ...key, id: `${evil.origin}/key` })
    evil.serve('/nameless-key', key)
    for (const path of ['/key', '/nameless-key']) {
      await expectRefused({ keyId: evil.origin + path, privateKey: others.privateKey, body: greeting(alice) })
    }
    expect(evil.fetched().length + victim.fetched().length).toBeLessThanOrEqual(4)
  })

  it("is not believed of another actor's document", async () => {
    const keyId = `${evil.origin}/users/mole#main-key`
    const publicKeyPem = exportPublicKeyPem(others.publicKey)
    await evil.addActor('mole', { publicKey: { id: keyId, owner: alice.uri, publicKeyPem } })
    await expectRefused({ keyId, privateKey: others.privateKey, body: greeting(alice) })
  })

  it('is not kept under an id of another server', async () => {
    const publicKeyPem = exportPublicKeyPem(others.publicKey)
    const thief = await evil.addActor('thief')
    thief.document['publicKey'] = [
      thief.document['publicKey'],
      { id: alice.keyId, owner: thief.uri, publicKeyPem },
    ]
    evil.serve('/stolen', {
      ...alice.document,
      publicKey: { id: alice.keyId, owner: alice.uri, publicKeyPem },
    })
    await expectRefused({ keyId: thief.keyId, privateKey: others.privateKey, body: greeting(thief) })
    await expectRefused({
      keyId: `${evil.origin}/stolen`,
      privateKey: others.privateKey,
      body: greeting(alice),
    })
    await expectRefused({ keyId: alice.keyId, privateKey: others.privateKey, body: greeting(alice) })
    const keys = await server.ctx.db
      .selectFrom('remoteKeys')
      .select('actorUri')
      .where('keyUri', '=', alice.keyId)
      .execute()
    expect(keys).toEqual([{ actorUri: alice.uri }])
  })

  it('is not looked for on our own server, however its host is spelt', async () => {
    const { port } = server
    for (const host of [`localhost:${port}`, `LOCALHOST:${port}`, `localhost.:${port}`]) {
      const keyId = `http://${host}/users/bob#main-key`
      await expectRefused({ keyId, privateKey: others.privateKey, body: greeting(mal) })
    }
    const own = await server.ctx.db
      .selectFrom('remoteActors')
      .select('uri')
      .where('uri', 'like', `${server.origin}%`)
      .execute()
    expect(own).toEqual([])
  })

  it.each(['data:application/json,{}', 'file:///etc/passwd', 'alice', 'https://[', 'acct:alice@victim.test'])(
    'is never %s',
    (keyId) => expectRefused({ ...asMal(), keyId, body: greeting(mal) }),
  )
})

describe('who says it', () => {
  it.each(['Create', 'Follow', 'Like', 'Delete', 'Undo', 'Block', 'Flag', 'Move', 'Update', 'Accept'])(
    'is the signer, and nobody else: %s',
    (type) => expectRefused({ ...asMal(), body: activityOf(alice, type, { object: alice.uri }) }),
  )

  it('is one', async () => {
    const activity = { ...greeting(mal), actor: [mal.uri, alice.uri] }
    await expectRefused({ ...asMal(), body: activity }, 400)
    await expectRefused({ ...asMal(), body: { ...activity, actor: [] } }, 400)
  })

  it('gives the activity an id on their own server', async () => {
    const { id: _id, ...nameless } = greeting(mal)
    await expectRefused({ ...asMal(), body: { ...nameless, id: `${victim.origin}/activities/777` } }, 400)
    await expectRefused({ ...asMal(), body: nameless }, 400)
    await expectRefused({ ...asMal(), body: { ...nameless, id: `http://LOCALHOST:${evil.port}/x` } }, 400)
  })

  it('is not asked again and again when their key cannot be had', async () => {
    const keyId = `${evil.origin}/users/nobody#main-key`
    const letters = Array.from({ length: 100 }, () =>
      post(server, { ...asMal(), keyId, body: greeting(mal) }),
    )
    const answers = await Promise.all(letters)
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]))
    expect(evil.fetched()).toEqual(['/users/nobody'])
  })
})

describe('a signature', () => {
  const style = 'rfc9421' as const
  const hour = 3_600_000
  const ago = (ms: number) => new Date(Date.now() - ms)
  const seconds = (ms: number) => Math.floor((Date.now() + ms) / 1000)

  it.each<[string, Partial<Letter>]>([
    ['is there', { after: { signature: undefined } }],
    ['says something', { after: { signature: '' } }],
    ['covers something', { covered: [] }],
    ['covers more than the date', { covered: ['date'] }],
    ['covers the host', { covered: ['(request-target)', 'date', 'digest'] }],
    ['covers the digest', { covered: ['(request-target)', 'host', 'date'] }],
    ['covers the target', { covered: ['host', 'date', 'digest'] }],
    ['covers a time', { covered: ['(request-target)', 'host', 'digest'] }],
    ['comes with SHA-256', { headers: { digest: 'SHA=2jmj7l5rSw0yVb/vlWAYkK/YBwk=' } }],
    ['comes with the digest of this body', { after: { digest: `SHA-256=${'A'.repeat(43)}=` } }],
    [
      'is base64',
      {
        after: {
          signature: 'keyId="https://a.test/",headers="(request-target) host date digest",signature="%%%"',
        },
      },
    ],
    ['has a date that can be read', { headers: { date: 'garbage' } }],
    ['is not an hour old', { date: ago(1.08 * hour) }],
    ['is not an hour ahead', { date: ago(-1.08 * hour) }],
    ['is not half a day old', { date: ago(13 * hour) }],
    ['is for this path', { path: '/users/bob/inbox', pathAfter: '/inbox' }],
    ['is for this query', { path: '/inbox', pathAfter: '/inbox?x=1' }],
    ['is for this query, too', { path: '/inbox?x=1', pathAfter: '/inbox?x=2' }],
    ['in RFC 9421 covers more than the date', { style, covered: ['date'] }],
    ['in RFC 9421 covers more than the method', { style, covered: ['@method'] }],
    ['in RFC 9421 covers the digest', { style, covered: ['@method', '@target-uri'] }],
    ['in RFC 9421 covers the address', { style, covered: ['@method', '@path', 'content-digest'] }],
    [
      'in RFC 9421 covers the query',
      { style, path: '/inbox?x=1', covered: ['@method', '@authority', '@path', 'content-digest'] },
    ],
  ])('%s', (_name, letter) => expectRefused({ ...asMal(), body: greeting(mal), ...letter }))

  it('in RFC 9421 has not expired, and was not made in another time', async () => {
    const parameters = (created: number | string, more = '') =>
      `;created=${created};keyid="${mal.keyId}"${more}`
    const expired = parameters(seconds(-600_000), `;expires=${seconds(-300_000)}`)
    for (const params of [expired, parameters(seconds(-2 * hour)), parameters('99999999999999999')])
      await expectRefused({ ...asMal(), style, body: greeting(mal), params })
  })

  it('is the only one', async () => {
    const body = greeting(mal)
    const signature = 'keyId="x",headers="date",signature="AAAA"'
    const after = { signature: [signature, signature] as unknown as string }
    await expectRefused({ ...asMal(), body, after })
  })

  it('is for us, on every one of our paths', async () => {
    const to = { origin: 'https://elsewhere.example', port: server.port }
    for (const path of ['/inbox', '/users/bob/inbox']) {
      const answer = await post(to, { ...asMal(), path, body: greeting(mal) })
      expect(answer.status).toBe(421)
    }
    const renamed = { ...asMal(), body: greeting(mal), after: { host: 'elsewhere.example' } }
    expect((await post(server, renamed)).status).toBe(421)
    expect(await effects()).toEqual(nothing)
  })

  it('in the body alone says nothing', async () => {
    const signature = { type: 'RsaSignature2017', creator: mal.keyId, signatureValue: 'AAAA' }
    const body = JSON.stringify({ ...greeting(mal), signature })
    const headers = { host: new URL(server.origin).host, 'content-type': 'application/activity+json' }
    expect((await send(server.port, { method: 'POST', path: '/inbox', headers, body })).status).toBe(401)
    expect(await effects()).toEqual(nothing)
  })

  it.each<[string, Partial<Letter>]>([
    ['as draft-cavage has it', {}],
    ['that is 55 minutes old', { date: ago(55 * 60_000) }],
    ['as RFC 9421 has it', { style }],
    [
      'with the parts of the address',
      { style, covered: ['@method', '@authority', '@path', 'content-digest', 'date'] },
    ],
    ['in upper case of the host', { headers: { host: `LOCALHOST:PORT` } }],
  ])('is good %s', async (_name, letter) => {
    const body = greeting(alice)
    const host = letter.headers?.['host']?.replace('PORT', String(server.port))
    const headers = host === undefined ? {} : { headers: { host } }
    expect(await post(server, { ...asAlice(), body, ...letter, ...headers })).toMatchObject({ status: 202 })
    await server.settle()
    const stored = await server.ctx.db
      .deleteFrom('remoteStatuses')
      .where('uri', '=', body['object'].id)
      .executeTakeFirst()
    expect(stored.numDeletedRows).toBe(1n)
  })
})
