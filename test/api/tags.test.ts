import { afterAll, beforeAll, expect, test } from 'vitest'
import { indexWords } from '../../src/domain/search/index-words.ts'
import { check, checkAll } from '../contract/check.ts'
import { nobody, signUp, type ApiMember } from '../support/api.ts'
import { createStranger } from '../support/people.ts'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer
let alice: ApiMember

beforeAll(async () => {
  server = await startServer()
  alice = await signUp(server, 'alice')
})
afterAll(() => server?.[Symbol.asyncDispose]())

test('Followed tags come in pages, those followed last first', async () => {
  for (const tag of ['one', 'two', 'three']) await alice.post(`/api/v1/tags/${tag}/follow`)
  const read = async (path: string) => {
    const { body, headers } = await alice.call('GET', path)
    const names = checkAll('Tag', body).map((tag: any) => tag.name)
    const [next, prev] = [...(headers.get('link') ?? '').matchAll(/<([^>]+)>/g)].map(([, url]) => url!)
    return { names, next, prev }
  }
  const first = await read('/api/v1/followed_tags?limit=2')
  expect(first.names).toEqual(['three', 'two'])
  const second = await read(first.next!)
  expect(second.names).toEqual(['one'])
  expect(await read(second.next!)).toEqual({ names: [], next: undefined, prev: undefined })
  expect((await read(second.prev!)).names).toEqual(['three', 'two'])
})

test('A tag is shown as it was written first, and one on a profile leads to what its owner said', async () => {
  await alice.post('/api/v1/statuses', { status: 'A #SeaWeed' })
  await alice.post('/api/v1/statuses', { status: 'A #SEAWEED, and nothing else' })
  await indexWords(server.ctx)
  const url = `${server.origin}/tags/seaweed`
  expect(check('Tag', await nobody(server).get('/api/v1/tags/seaweed'))).toMatchObject({
    name: 'SeaWeed',
    url,
  })
  const [status] = await nobody(server).get(`/api/v1/accounts/${alice.actor.id}/statuses`)
  expect(status.tags).toEqual([{ name: 'seaweed', url }])
  const shown = await alice.post('/api/v1/featured_tags', { name: 'seaweed' })
  expect(check('FeaturedTag', shown)).toMatchObject({
    name: 'SeaWeed',
    url: `${server.origin}/@alice/tagged/seaweed`,
  })
  const page = await (await fetch(shown.url)).text()
  expect(page).toContain('nothing else')
  expect(page.match(/<article/g)).toHaveLength(2)
})

test('A tag on a profile elsewhere leads there', async () => {
  const zoe = await createStranger(server.ctx, 'zoe', { url: 'https://away.example/@zoe' })
  await server.ctx.db.insertInto('featuredTags').values({ actorId: zoe.id, tag: 'kelp' }).execute()
  const [shown] = await nobody(server).get(`/api/v1/accounts/${zoe.id}/featured_tags`)
  expect(shown).toMatchObject({ name: 'kelp', url: 'https://away.example/@zoe/tagged/kelp' })
})
