import jsonld from '@fedify/vocab-runtime/jsonld'
import { describe, expect, it } from 'vitest'
import { pinnedContext } from '../../../src/federation/contexts.ts'
import { createPost } from '../../../src/domain/statuses/create-post.ts'
import { deletePost } from '../../../src/domain/statuses/delete-post.ts'
import type { Visibility } from '../../../src/domain/drafts.ts'
import { getSigned, send, type Answer } from '../../support/letters.ts'
import { createMember } from '../../support/people.ts'
import { activityOf } from '../../support/remote-server.ts'
import { meet } from '../../support/meeting.ts'
import { use } from '../../support/use.ts'

const publicCollection = 'https://www.w3.org/ns/activitystreams#Public'
const activityType = 'application/activity+json'

const { server, remote, bob } = await use(meet())
const follower = await remote.addActor('follower')
const stranger = await remote.addActor('stranger')
await follower.post(server, activityOf(follower, 'Follow', { object: `${server.origin}/users/bob` }))
await server.settle()
const posts = {
  public: await addPost('public'),
  unlisted: await addPost('unlisted'),
  private: await addPost('private'),
  direct: await addPost('direct', `A word for @follower@${new URL(remote.origin).host}`),
}
await server.settle()

async function addPost(visibility: Visibility, text = `A ${visibility} word`): Promise<string> {
  const { id } = await createPost(server.ctx, bob, { text, visibility })
  return `/users/bob/statuses/${id}`
}

function get(path: string, accept: string | null = activityType, method = 'GET'): Promise<Answer> {
  return send(server.port, {
    method,
    path,
    headers: { host: new URL(server.origin).host, accept: accept ?? undefined },
  })
}

const read = async (path: string): Promise<any> => JSON.parse((await get(path)).body)

describe('an actor', () => {
  it('is served with both keys, and its lists as lists', async () => {
    const actor = await read('/users/bob')
    const id = `${server.origin}/users/bob`
    expect(actor).toMatchObject({
      id,
      type: 'Person',
      preferredUsername: 'bob',
      inbox: `${id}/inbox`,
      endpoints: { sharedInbox: `${server.origin}/inbox` },
      publicKey: {
        id: `${id}#main-key`,
        owner: id,
        publicKeyPem: expect.stringContaining('BEGIN PUBLIC KEY'),
      },
      alsoKnownAs: [],
      attachment: [],
      tag: [],
    })
    const [key] = actor.assertionMethod
    expect(key).toMatchObject({
      type: 'Multikey',
      controller: id,
      publicKeyMultibase: expect.stringMatching(/^z6Mk/),
    })
  })

  it.each(['/users/bob', '/actor', '/users/bob/outbox', '/users/bob/followers?cursor=9223372036854775807'])(
    'and everything of it means in JSON-LD what it says: %s',
    async (path) => {
      const documentLoader = async (url: string) => ({
        documentUrl: url,
        document: pinnedContext(url) as object,
      })
      const expanded: any[] = await jsonld.expand(await read(path), { documentLoader })
      expect(expanded[0]['@id']).toContain(server.origin)
      expect(expanded[0]['@type'][0]).toMatch(/^https:\/\/www\.w3\.org\/ns\/activitystreams#/)
      expect(JSON.stringify(await read(path))).not.toContain('"@container":null')
    },
  )

  it('is one name in one spelling', async () => {
    for (const path of ['/users/BOB', '/users/nobody', '/users/instance.actor', '/users/bob/']) {
      expect((await get(path)).status).toBe(404)
    }
  })

  it('of the instance is open, with all that it names', async () => {
    const actor = await read('/actor')
    expect(actor).toMatchObject({ id: `${server.origin}/actor`, type: 'Application' })
    for (const place of ['outbox', 'followers', 'following', 'featured']) {
      const path = new URL(actor[place]).pathname
      expect(await read(path)).toMatchObject({ type: 'OrderedCollection', totalItems: 0, orderedItems: [] })
    }
  })
})

describe('who asks', () => {
  const page = 'text/html; charset=utf-8'
  const document = `${activityType}; charset=utf-8`
  const ld = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'

  it.each<[string | null, boolean]>([
    [activityType, true],
    [ld, true],
    [`${activityType}, ${ld}, text/html;q=0.1`, true],
    ['application/json', true],
    ['text/html;q=0.9, application/json', true],
    ['text/html', false],
    ['text/html, application/activity+json;q=0.9', false],
    ['application/activity+json, */*;q=0.1', true],
    ['*/*, application/activity+json; charset=utf-8', true],
    ['text/html, application/activity+json;q=0', false],
    ['*/*', false],
    [null, false],
  ])('for %s is given what they want', async (accept, wantsDocument) => {
    for (const path of ['/users/bob', posts.public]) {
      const answer = await get(path, accept)
      expect(answer.headers.vary).toMatch(/accept/i)
      if (wantsDocument) expect(answer).toMatchObject({ status: 200, headers: { 'content-type': document } })
      else expect(answer.status).toBe(302)
    }
    const shown = await get('/@bob', accept)
    if (!wantsDocument) expect(shown).toMatchObject({ status: 200, headers: { 'content-type': page } })
  })

  it.each(['*/*', 'text/html', null])(
    'for %s is given the document where there is no page',
    async (accept) => {
      for (const path of ['/users/bob/outbox', '/users/bob/followers', `${posts.public}/replies`]) {
        expect(await get(path, accept)).toMatchObject({ status: 200, headers: { 'content-type': document } })
      }
    },
  )

  it('may keep what anybody may have', async () => {
    for (const path of ['/users/bob', posts.public, '/actor', '/users/bob/outbox']) {
      const { headers } = await get(path)
      expect(headers).toMatchObject({
        'cache-control': 'public, max-age=180',
        'x-content-type-options': 'nosniff',
      })
    }
  })

  it('by HEAD is told all but the document', async () => {
    for (const path of ['/users/bob', posts.public, '/actor', '/.well-known/nodeinfo']) {
      const [got, head] = [await get(path), await get(path, activityType, 'HEAD')]
      const { date: _date, ...headers } = head.headers
      expect({ status: head.status, body: head.body }).toEqual({ status: 200, body: '' })
      expect(got.headers).toMatchObject(headers)
      expect(Number(headers['content-length'])).toBe(Buffer.byteLength(got.body))
    }
  })
})

describe('a post', () => {
  it('is addressed in full, and its lists are lists', async () => {
    const note = await read(posts.public)
    expect(note).toMatchObject({
      id: server.origin + posts.public,
      type: 'Note',
      attributedTo: `${server.origin}/users/bob`,
      to: [publicCollection],
      cc: [`${server.origin}/users/bob/followers`],
      tag: [],
      attachment: [],
    })
    const create = await read(`${posts.public}/activity`)
    expect(create).toMatchObject({
      type: 'Create',
      to: [publicCollection],
      object: { id: note.id, to: [publicCollection] },
    })
  })

  it('that is private is there for those whom it is for, and not to be kept', async () => {
    for (const path of [posts.private, posts.direct, `${posts.private}/activity`]) {
      const answer = await getSigned(server, path, follower)
      expect(answer).toMatchObject({ status: 200, headers: { 'cache-control': 'private, no-store' } })
      expect(answer.headers.vary).toMatch(/signature/i)
      expect((await getSigned(server, path, stranger)).status).toBe(404)
      expect((await get(path)).status).toBe(404)
      expect((await get(path, 'text/html')).body).not.toContain('word')
    }
  })

  it('that may not be seen is like one that is not there, whoever asks and however', async () => {
    const absent = posts.private.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10))
    const { privateKey } = stranger
    const ask = {
      nobody: (path: string) => get(path),
      stranger: (path: string) => getSigned(server, path, stranger),
      liar: (path: string) => getSigned(server, path, { keyId: follower.keyId, privateKey }),
    }
    for (const as of Object.values(ask)) {
      const [one, other] = [await as(posts.private), await as(absent)]
      for (const { headers } of [one, other]) delete headers.date
      expect(one).toEqual(other)
    }
  })

  it('is nowhere but at its own address', async () => {
    await createMember(server.ctx, 'carol')
    expect((await get(posts.public.replace('bob', 'carol'))).status).toBe(404)
    expect((await get('/users/bob/statuses/1')).status).toBe(404)
    expect((await get('/users/bob/statuses/x')).status).toBe(404)
  })

  it('that was deleted is gone, if it was for all', async () => {
    for (const visibility of ['public', 'private'] as const) {
      const path = await addPost(visibility)
      await deletePost(server.ctx, bob, path.split('/').at(-1) as string)
      const answer = await get(path)
      expect(answer.status).toBe(visibility === 'public' ? 410 : 404)
      if (visibility === 'public')
        expect(JSON.parse(answer.body)).toMatchObject({ type: 'Tombstone', id: server.origin + path })
      expect(answer.body).not.toContain('word')
    }
  })
})

describe('a collection', () => {
  const pageOf = async (name: string) => {
    const collection = await read(`/users/bob/${name}`)
    const { pathname, search } = new URL(collection.first)
    return { collection, page: await read(pathname + search) }
  }

  it('of posts holds what is for all, newest first', async () => {
    const { collection, page } = await pageOf('outbox')
    expect(collection).toMatchObject({ type: 'OrderedCollection', totalItems: 2 })
    const ids = page.orderedItems.map((item: any) => item.object.id)
    expect(ids).toEqual([posts.unlisted, posts.public].map((path) => server.origin + path))
    expect(page.orderedItems[1]).toMatchObject({
      type: 'Create',
      to: [publicCollection],
      object: { tag: [], to: [publicCollection] },
    })
    expect(JSON.stringify(page)).not.toMatch(/A private word|A word for/)
  })

  it('of people lists them, as a list even when there is one', async () => {
    const { collection, page } = await pageOf('followers')
    expect(collection.totalItems).toBe(1)
    expect(page.orderedItems).toEqual([follower.uri])
    expect((await pageOf('following')).page.orderedItems).toEqual([])
    expect(await read('/users/bob/collections/featured')).toMatchObject({ totalItems: 0, orderedItems: [] })
  })

  it('takes nothing from outside', async () => {
    for (const path of ['/users/bob/outbox', '/actor/outbox']) {
      for (const method of ['POST', 'PUT', 'DELETE']) {
        const answer = await get(path, activityType, method)
        expect(answer).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } })
      }
    }
  })

  it('has pages of its own only', async () => {
    for (const cursor of ['x', '-1', '99999999999999999999', "'"]) {
      expect((await get(`/users/bob/outbox?cursor=${cursor}`)).status).toBe(404)
    }
  })
})
