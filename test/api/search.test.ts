import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { followActor } from '../../src/domain/follows/follow-actor.ts'
import { createPost } from '../../src/domain/statuses/create-post.ts'
import type { Actor } from '../../src/store/actors.ts'
import { findStatuses } from '../../src/store/search.ts'
import { check, checkAll } from '../contract/check.ts'
import { createMember, createStranger, showEverybody, type Stranger } from '../support/people.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { openApp, type App } from './accounts-kit.ts'

type Item = Record<string, unknown>
type Found = { accounts: Item[]; statuses: Item[]; hashtags: Item[] }

let server: TestServer
let [alice, bob, carol] = [] as unknown as [Actor, Actor, Actor]
let zoe: Stranger
let [asAlice, asBob, anybody] = [] as unknown as [App, App, App]

beforeAll(async () => {
  server = await startServer()
  alice = await createMember(server.ctx, 'alice')
  bob = await createMember(server.ctx, 'bob')
  carol = await createMember(server.ctx, 'carol')
  zoe = await createStranger(server.ctx, 'zoe', { displayName: 'Bobcat' })
  asAlice = await openApp(server, alice)
  asBob = await openApp(server, bob)
  anybody = await openApp(server)
})
afterAll(() => server?.[Symbol.asyncDispose]())

async function find(app: App, query: string): Promise<Found> {
  const { status, body } = await app('GET', `/api/v2/search?${query}`)
  expect(status).toBe(200)
  return check('SearchResults', body) as Found
}

const idsOf = (items: Item[]) => items.map(({ id }) => id)

test('Finds people by how their names begin, and by handle', async () => {
  expect(idsOf((await find(anybody, 'q=bob&type=accounts')).accounts)).toEqual([bob.id, zoe.id])
  expect(idsOf((await find(asAlice, 'q=@zoe@away.example')).accounts)).toEqual([zoe.id])
  expect((await find(asAlice, 'q=bo%25')).accounts).toEqual([])
  expect((await find(asAlice, 'q=bob&following=true')).accounts).toEqual([])
  const { body } = await asAlice('GET', '/api/v1/accounts/search?q=bob&limit=1')
  expect(idsOf(body as Item[])).toEqual([bob.id])
  expect((await anybody('GET', '/api/v2/search?q=x&resolve=true')).status).toBe(401)
  expect((await anybody('GET', '/api/v2/search?q=')).status).toBe(422)
})

test('Finds words in what concerns the viewer, and in public posts of whoever wants to be found', async () => {
  const post = await createPost(server.ctx, bob, { text: 'Marmalade for breakfast', visibility: 'public' })
  const kept = await createPost(server.ctx, bob, { text: 'Marmalade in secret', visibility: 'private' })
  expect((await find(asAlice, 'q=marmalade')).statuses).toEqual([])
  expect(idsOf((await find(asBob, 'q=marmalade')).statuses)).toEqual([kept.id, post.id])
  await asBob('PATCH', '/api/v1/accounts/update_credentials', { indexable: true })
  expect(idsOf((await find(asAlice, 'q=marmalade')).statuses)).toEqual([post.id])
  expect((await find(anybody, 'q=marmalade')).statuses).toEqual([])
  expect((await find(asAlice, 'q=marmalade&type=accounts')).statuses).toEqual([])
  const direct = await createPost(server.ctx, bob, { text: '@alice marmalade?', visibility: 'direct' })
  expect(idsOf((await find(asAlice, 'q=marmalade')).statuses)).toEqual([direct.id, post.id])
  const url = `${server.origin}/@bob/${post.id}`
  expect(idsOf((await find(anybody, `q=${url}`)).statuses)).toEqual([post.id])
  expect((await find(anybody, `q=${server.origin}/@bob/${kept.id}`)).statuses).toEqual([])
  await asBob('POST', `/api/v1/accounts/${alice.id}/block`)
  expect((await find(asAlice, 'q=marmalade')).statuses).toEqual([])
  await asBob('POST', `/api/v1/accounts/${alice.id}/unblock`)
})

test('Narrows a search with operators, phrases and words that must not be there', async () => {
  const say = (text: string, more: Partial<Parameters<typeof createPost>[2]> = {}) =>
    createPost(server.ctx, alice, { text, visibility: 'public', ...more })
  const plain = await say('Plum jam on toast', { language: 'en' })
  const toast = await say('Toast, no plum jam', { language: 'de', inReplyToId: plain.id })
  const poll = await say('Which plum?', {
    poll: { options: ['Red', 'Blue'], endsInSeconds: 3600, multiple: false },
  })
  const found = async (query: string) =>
    idsOf((await find(asAlice, `type=statuses&q=${encodeURIComponent(query)}`)).statuses)
  expect(await found('plum')).toEqual([poll.id, toast.id, plain.id])
  expect(await found('"plum jam on"')).toEqual([plain.id])
  expect(await found('plum -toast')).toEqual([poll.id])
  expect(await found('plum has:poll')).toEqual([poll.id])
  expect(await found('plum -has:poll is:reply')).toEqual([toast.id])
  expect(await found('plum language:de')).toEqual([toast.id])
  expect(await found('plum -language:de -is:reply')).toEqual([poll.id, plain.id])
  expect(await found('has:poll from:me')).toEqual([poll.id])
  expect(await found('plum from:@alice in:library')).toEqual([poll.id, toast.id, plain.id])
  expect(await found('plum from:bob')).toEqual([])
  expect(await found('plum from:nobody-here')).toEqual([])
  expect(await found('plum -from:me')).toEqual([])
  expect(await found('plum in:public')).toEqual([])
  expect(await found('plum is:nonsense')).toEqual([])
  const today = new Date().toISOString().slice(0, 10)
  expect(await found(`plum before:2020-01-01`)).toEqual([])
  expect(await found(`plum after:2020-01-01 is:reply`)).toEqual([toast.id])
  expect(await found(`plum after:${today}`)).toEqual([])
})

test('Asks the index for words', async () => {
  const plan = await server.ctx.db.transaction().execute(async (tx) => {
    await sql`set local enable_seqscan = off`.execute(tx)
    const query = findStatuses(tx, { query: 'tea', viewerId: alice.id, limit: 20, offset: 0 })
    await sql`set local enable_indexscan = off`.execute(tx)
    return query.explain('json')
  })
  expect(JSON.stringify(plan)).toMatch(/Bitmap Index Scan.*to_tsvector/)
})

test('Shows hashtags, follows them and puts them on the profile', async () => {
  await createPost(server.ctx, carol, { text: 'A cup of #Tea', visibility: 'public' })
  const { hashtags } = await find(asAlice, 'q=te&type=hashtags')
  expect(hashtags).toMatchObject([{ name: 'tea', following: false, featuring: false }])
  expect(check('Tag', hashtags[0])).toMatchObject({
    history: expect.arrayContaining([expect.objectContaining({ uses: '1', accounts: '1' })]) as unknown,
  })
  const followed = await asAlice('POST', '/api/v1/tags/Tea/follow')
  expect(check('Tag', followed.body)).toMatchObject({ name: 'tea', following: true })
  expect((await asAlice('GET', '/api/v1/followed_tags')).body).toMatchObject([{ name: 'tea' }])
  expect((await asAlice('POST', '/api/v1/tags/tea/unfollow')).body).toMatchObject({ following: false })
  expect((await anybody('GET', '/api/v1/tags/tea/')).body).not.toHaveProperty('following')
  expect((await anybody('GET', '/api/v1/tags/12')).status).toBe(404)
  const asCarol = await openApp(server, carol)
  const suggested = await asCarol('GET', '/api/v1/featured_tags/suggestions')
  expect(suggested.body).toMatchObject([{ name: 'tea' }])
  const shown = (await asCarol('POST', '/api/v1/featured_tags', { name: '#Tea' })).body as Item
  expect(check('FeaturedTag', shown)).toMatchObject({ name: 'tea', statuses_count: '1' })
  const path = `/api/v1/accounts/${carol.id}/featured_tags`
  expect((await anybody('GET', path)).body).toEqual([shown])
  expect((await asAlice('DELETE', `/api/v1/featured_tags/${String(shown['id'])}`)).status).toBe(404)
  expect((await asCarol('DELETE', `/api/v1/featured_tags/${String(shown['id'])}`)).body).toEqual({})
  expect((await anybody('GET', path)).body).toEqual([])
})

test('Suggests whom friends follow, until that is not wanted', async () => {
  await followActor(server.ctx, alice, bob)
  await followActor(server.ctx, bob, carol)
  expect((await asAlice('GET', '/api/v2/suggestions')).body).toEqual([])
  await showEverybody(server.ctx)
  const { body } = await asAlice('GET', '/api/v2/suggestions')
  expect(checkAll('SuggestionV2', body as Item[])).toMatchObject([{ account: { id: carol.id } }])
  expect(idsOf((await asAlice('GET', '/api/v1/suggestions')).body as Item[])).toEqual([carol.id])
  expect((await asAlice('DELETE', `/api/v1/suggestions/${carol.id}`)).body).toEqual({})
  expect((await asAlice('GET', '/api/v2/suggestions')).body).toEqual([])
  const directory = await anybody('GET', '/api/v1/directory?local=true&order=new')
  expect(idsOf(checkAll('Account', directory.body as Item[]) as Item[])).toEqual([carol.id, bob.id, alice.id])
})

test('Reports somebody with posts of theirs that may be seen', async () => {
  const open = await createPost(server.ctx, carol, { text: 'Buy now', visibility: 'public' })
  const kept = await createPost(server.ctx, carol, { text: 'Kept', visibility: 'private' })
  const path = `/api/v1/reports?account_id=${carol.id}&category=spam&comment=Ads`
  const { body } = await asAlice('POST', `${path}&status_ids[]=${open.id}`)
  expect(check('Report', body)).toMatchObject({
    category: 'spam',
    comment: 'Ads',
    forwarded: false,
    status_ids: [open.id],
    target_account: { id: carol.id },
  })
  expect((await asAlice('POST', `${path}&status_ids[]=${kept.id}`)).status).toBe(404)
  expect((await asAlice('POST', '/api/v1/reports?account_id=1')).status).toBe(404)
})
