import { beforeEach, describe, expect, it, test } from 'vitest'
import { followActor } from '../../../src/domain/follows/follow-actor.ts'
import { listFeaturedIds, listFeaturedTags } from '../../../src/store/featured.ts'
import { findRemoteStatus } from '../../../src/store/statuses.ts'
import { serveCollection, serveNote } from '../../domain/threads/support.ts'
import { activityOf } from '../../support/remote-server.ts'
import type { RemoteActor } from '../../support/remote-server.ts'
import { meet } from '../../support/meeting.ts'
import { use } from '../../support/use.ts'

let clock = 0
const {
  server,
  remote: home,
  elsewhere: away,
  bob,
  deliver,
} = await use(meet({ parts: { now: () => new Date(Date.now() + clock) } }))

let alice: RemoteActor
let mal: RemoteActor
let serial = 0

const day = 24 * 3600_000

beforeEach(async () => {
  clock = 0
  const name = `alice${++serial}`
  const collections = `${home.origin}/users/${name}/collections`
  alice = await home.addActor(name, {
    '@context': [
      'https://www.w3.org/ns/activitystreams',
      'https://w3id.org/security/v1',
      {
        toot: 'http://joinmastodon.org/ns#',
        featured: { '@id': 'toot:featured', '@type': '@id' },
        featuredTags: { '@id': 'toot:featuredTags', '@type': '@id' },
      },
    ],
    featured: `${collections}/featured`,
    featuredTags: `${collections}/tags`,
  })
  mal = await away.addActor(`mal${serial}`)
  home.arrivals.length = 0
})

const hashtag = (name: string) => ({ type: 'Hashtag', name, href: `${home.origin}/tags/x` })

/** Of alice: the URIs of the posts, and the hashtags, latest first. */
async function featured() {
  const { id } = (await server.ctx.remote.resolveActor(alice.uri))!
  const ids = await listFeaturedIds(server.ctx.db, id, 100)
  const rows = await Promise.all(
    ids.map((each) =>
      server.ctx.db.selectFrom('statuses').select('uri').where('id', '=', each).executeTakeFirst(),
    ),
  )
  return { posts: rows.map((row) => row?.uri), tags: await listFeaturedTags(server.ctx.db, id, 100) }
}

async function follow(): Promise<void> {
  home.arrivals.length = 0
  const actor = await server.ctx.remote.resolveActor(alice.uri)
  await followActor(server.ctx, bob, actor!)
  await server.settle()
  const [{ id }] = home.received('Follow') as [{ id: string }]
  await deliver(alice, activityOf(alice, 'Accept', { object: id }))
}

test('Of somebody whom nobody here follows no post is fetched to be featured', async () => {
  const note = serveNote(home, alice)
  await deliver(alice, activityOf(alice, 'Add', { object: note['id'], target: alice.document['featured'] }))
  expect(home.fetched()).not.toContain(new URL(note['id']).pathname)
  expect(await findRemoteStatus(server.ctx.db, note['id'])).toBeUndefined()
  expect((await featured()).posts).toEqual([])
})

describe('what somebody features', () => {
  beforeEach(follow)

  it('is added and removed by their own word, twice as once', async () => {
    const note = serveNote(home, alice)
    const { featured: target } = alice.document
    const add = activityOf(alice, 'Add', { object: note['id'], target })
    await deliver(alice, add)
    await deliver(alice, { ...add, id: `${add['id']}/again` })
    expect((await featured()).posts).toEqual([note['id']])
    const remove = activityOf(alice, 'Remove', { object: { ...note, content: 'Forged' }, target })
    await deliver(alice, remove)
    await deliver(alice, remove)
    expect((await featured()).posts).toEqual([])
  })

  it('is nobody else’s to change, and in nobody else’s collection', async () => {
    const note = serveNote(home, alice)
    const theirs = serveNote(away, mal)
    const { featured: target } = alice.document
    await deliver(mal, activityOf(mal, 'Add', { object: note['id'], target }))
    await deliver(mal, activityOf(mal, 'Add', { object: theirs['id'], target }))
    await deliver(alice, activityOf(alice, 'Add', { object: theirs['id'], target }))
    await deliver(alice, activityOf(alice, 'Add', { object: note['id'] }))
    const ours = `${server.origin}/users/bob/collections/featured`
    for (const type of ['Add', 'Remove'])
      await deliver(alice, activityOf(alice, type, { object: note['id'], target: ours }))
    expect(await featured()).toEqual({ posts: [], tags: [] })
    await deliver(alice, activityOf(alice, 'Add', { object: note['id'], target }))
    await deliver(mal, activityOf(mal, 'Remove', { object: note['id'], target }))
    expect((await featured()).posts).toEqual([note['id']])
    const boxed = { ...note, id: `${alice.uri}/notes/not-served` }
    await deliver(alice, activityOf(alice, 'Add', { object: boxed, target }))
    expect((await featured()).posts).toEqual([note['id']])
  })

  it('is never a post that not everybody may read', async () => {
    const note = serveNote(home, alice, { to: [`${server.origin}/users/bob`], cc: [] })
    const { featured: target } = alice.document
    await deliver(alice, activityOf(alice, 'Add', { object: note['id'], target }))
    expect((await featured()).posts).toEqual([])
  })

  it('is at most 20 posts, of which the latest stay, and 20 hashtags', async () => {
    const { featured: target } = alice.document
    const notes = Array.from({ length: 22 }, () => serveNote(home, alice)['id'])
    for (const object of notes) await alice.post(server, activityOf(alice, 'Add', { object, target }))
    for (let index = 0; index < 22; index++)
      await alice.post(server, activityOf(alice, 'Add', { object: hashtag(`#t${index}`), target }))
    await server.settle()
    const { posts, tags } = await featured()
    expect(posts).toEqual(notes.toReversed().slice(0, 20))
    expect(tags).toHaveLength(20)
  })

  it('may be a hashtag, under either collection’s name', async () => {
    const { featured: posts, featuredTags } = alice.document
    await deliver(alice, activityOf(alice, 'Add', { object: hashtag('#Cats'), target: posts }))
    await deliver(alice, activityOf(alice, 'Add', { object: hashtag('dogs'), target: featuredTags }))
    await deliver(alice, activityOf(alice, 'Add', { object: hashtag('not <b>one'), target: featuredTags }))
    await deliver(mal, activityOf(mal, 'Add', { object: hashtag('mal'), target: featuredTags }))
    expect((await featured()).tags).toEqual(['cats', 'dogs'])
    await deliver(alice, activityOf(alice, 'Remove', { object: hashtag('#CATS'), target: posts }))
    expect((await featured()).tags).toEqual(['dogs'])
  })
})

describe('when somebody here follows them', () => {
  it('what they feature is read, as far as it is theirs, and once a day', async () => {
    const notes = Array.from({ length: 3 }, () => serveNote(home, alice))
    const theirs = serveNote(away, mal)
    const neighbour = await home.addActor(`neighbour${serial}`)
    const strange = serveNote(home, neighbour)
    const secret = serveNote(home, alice, { to: [`${alice.uri}/followers`], cc: [] })
    const items = [notes[0], theirs['id'], strange['id'], secret['id'], notes[1]!['id']] as string[]
    serveCollection(home, alice.document['featured'], items)
    const tags = [hashtag('#Cats'), { type: 'Note', name: 'x' }, hashtag('a b')] as unknown as string[]
    serveCollection(home, alice.document['featuredTags'], tags)
    await follow()
    const read = { posts: [notes[0]!['id'], notes[1]!['id']], tags: ['cats'] }
    expect(await featured()).toEqual(read)
    expect(away.fetched()).not.toContain(new URL(theirs['id']).pathname)

    serveCollection(home, alice.document['featured'], [notes[2]!['id']])
    home.serve(new URL(alice.document['featuredTags']).pathname, (_request, response) =>
      response.writeHead(503).end(),
    )
    await deliver(alice, activityOf(alice, 'Update', { object: alice.document }))
    expect(await featured()).toEqual(read)
    clock = day + 60_000
    await server.ctx.remote.resolveActor(alice.uri)
    await server.settle()
    expect(await featured()).toEqual({ posts: [notes[2]!['id']], tags: ['cats'] })
  })

  it('and their collection is elsewhere or without end, little is asked', async () => {
    const missing = Array.from({ length: 500 }, (_, index) => `${alice.uri}/notes/missing${index}`)
    serveCollection(home, alice.document['featured'], missing)
    alice.document['featuredTags'] = `${away.origin}/tags`
    away.arrivals.length = 0
    await follow()
    expect(home.fetched().filter((asked) => asked.includes('missing'))).toHaveLength(20)
    expect(away.fetched()).toEqual([])
    expect(await findRemoteStatus(server.ctx.db, missing[0]!)).toBeUndefined()
  })
})
