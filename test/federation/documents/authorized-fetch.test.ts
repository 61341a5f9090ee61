import { describe, expect, it } from 'vitest'
import { createPost } from '../../../src/domain/statuses/create-post.ts'
import { blockDomain } from '../../../src/domain/moderation/block-domain.ts'
import { activityType, getSigned, send, type Answer } from '../../support/letters.ts'
import { createMember } from '../../support/people.ts'
import { activityOf, startRemoteServer } from '../../support/remote-server.ts'
import { startServer } from '../../support/server.ts'
import { use } from '../../support/use.ts'

const server = await use(startServer({ env: { AUTHORIZED_FETCH: 'true' } }))
const remote = await use(startRemoteServer())
const alice = await remote.addActor('alice')
const bob = await createMember(server.ctx, 'bob')
const { id } = await createPost(server.ctx, bob, { text: 'A secret of many', visibility: 'public' })
const post = `/users/bob/statuses/${id}`
const collections = [
  'outbox',
  'followers',
  'following',
  'collections/featured',
  'outbox?cursor=9223372036854775807',
]
const documents = ['/users/bob', post, `${post}/activity`, ...collections.map((name) => `/users/bob/${name}`)]

const get = (path: string, accept: string = activityType, method = 'GET'): Promise<Answer> =>
  send(server.port, { method, path, headers: { host: new URL(server.origin).host, accept } })

describe('with authorized fetch', () => {
  it('a document is for those who say who they are', async () => {
    for (const path of documents) {
      for (const method of ['GET', 'HEAD']) expect((await get(path, activityType, method)).status).toBe(401)
      const answer = await getSigned(server, path, alice)
      expect(answer).toMatchObject({ status: 200, headers: { 'cache-control': 'private, no-store' } })
      expect(answer.headers.vary).toMatch(/signature/i)
      expect(answer.body).not.toBe('')
    }
  })

  it('what has no page is for nobody else, however it is asked for', async () => {
    for (const accept of ['text/html', '*/*']) {
      expect((await get('/users/bob/outbox', accept)).status).toBe(401)
      expect((await get('/users/bob/followers', accept)).status).toBe(401)
    }
  })

  it('no way of asking goes around that', async () => {
    const ways = [
      'application/json',
      'text/html;q=0.9, application/json',
      'application/ld+json;profile="x"',
      'application/*',
      'text/*, application/activity+json',
    ]
    const spellings = (path: string) => [
      path,
      `/.${path}`,
      `/x/..${path}`,
      `/%2e${path}`,
      `/${path}`,
      path.replace('users', '%75sers'),
      path.replace('users', 'USERS'),
      `http://evil.test${path}`,
    ]
    for (const path of documents.flatMap(spellings)) {
      for (const accept of ways) {
        const { status, headers } = await get(path, accept)
        expect({
          path,
          accept,
          isGiven: status === 200 && /json/.test(headers['content-type'] ?? ''),
        }).toEqual({ path, accept, isGiven: false })
      }
    }
  })

  it('what others need to ask us, and pages for people, stay open', async () => {
    for (const path of [
      '/actor',
      '/actor/outbox',
      '/.well-known/nodeinfo',
      '/nodeinfo/2.0',
      '/nodeinfo/2.1',
      '/.well-known/host-meta',
    ]) {
      expect((await get(path)).status).toBe(200)
    }
    const handle = encodeURIComponent(`acct:bob@${new URL(server.origin).host}`)
    expect((await get(`/.well-known/webfinger?resource=${handle}`)).status).toBe(200)
    for (const path of ['/', '/@bob']) expect((await get(path, 'text/html')).status).toBe(200)
  })

  it('deliveries come in as ever', async () => {
    const follow = activityOf(alice, 'Follow', { object: `${server.origin}/users/bob` })
    expect((await alice.post(server, follow)).status).toBe(202)
    await server.settle()
    expect(remote.received('Accept')).toHaveLength(1)
  })

  it('a document is not for a server that is blocked, nor is its mail for us', async () => {
    const enemy = await startRemoteServer()
    const mal = await enemy.addActor('mal')
    await blockDomain(server.ctx, `localhost:${enemy.port}`, '')
    for (const path of documents) expect((await getSigned(server, path, mal)).status).toBe(403)
    expect(
      (await mal.post(server, activityOf(mal, 'Follow', { object: `${server.origin}/users/bob` }))).status,
    ).toBe(403)
    expect(enemy.fetched()).toEqual([])
    await enemy[Symbol.asyncDispose]()
  })
})
