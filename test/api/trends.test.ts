import { afterAll, beforeAll, expect, test } from 'vitest'
import { hideTrend, showTrend } from '../../src/domain/trends/hide-trend.ts'
import { checkAll } from '../contract/check.ts'
import { nobody, signUp, type ApiMember } from '../support/api.ts'
import { showEverybody } from '../support/people.ts'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer
let aheadMs = 0
let [alice, bob] = [] as unknown as [ApiMember, ApiMember]

beforeAll(async () => {
  server = await startServer({ parts: { now: () => new Date(Date.now() + aheadMs) } })
  alice = await signUp(server, 'alice')
  bob = await signUp(server, 'bob')
  await showEverybody(server.ctx)
})
afterAll(() => server?.[Symbol.asyncDispose]())

/** What was found out before is too old. */
const forget = () => {
  aheadMs += 6 * 60_000
}
const tagNames = async () =>
  checkAll('Tag', await nobody(server).get('/api/v1/trends/tags')).map((tag: any) => tag.name)
const statusIds = async () =>
  checkAll('Status', await nobody(server).get('/api/v1/trends/statuses')).map((status: any) => status.id)

test('Trends are what several used, and what was liked', async () => {
  const { id } = await alice.post('/api/v1/statuses', { status: 'one #kelp #alone' })
  await bob.post('/api/v1/statuses', { status: 'two #kelp' })
  await bob.post(`/api/v1/statuses/${id}/favourite`)
  const [tag] = checkAll('Tag', await nobody(server).get('/api/v1/trends/tags'))
  expect(tag).toMatchObject({ name: 'kelp', history: [{ uses: '2', accounts: '2' }, {}, {}, {}, {}, {}, {}] })
  expect(await tagNames()).toEqual(['kelp'])
  expect(await statusIds()).toEqual([id])
})

test('Nothing trends with a warning, in answer to something, or by whoever does not want to be found', async () => {
  const before = await statusIds()
  const say = async (more: object): Promise<string> => {
    const { id } = await alice.post('/api/v1/statuses', { status: 'look', ...more })
    await bob.post(`/api/v1/statuses/${id}/favourite`)
    return id
  }
  const plain = await say({})
  await say({ spoiler_text: 'Careful' })
  await say({ sensitive: true })
  await say({ in_reply_to_id: plain })
  forget()
  expect(await statusIds()).toEqual([plain, ...before])
  await alice.call('PATCH', '/api/v1/accounts/update_credentials', { discoverable: false })
  forget()
  expect(await statusIds()).toEqual([])
  await alice.call('PATCH', '/api/v1/accounts/update_credentials', { discoverable: true })
})

test('Pages of trends lead on while they are full, and back', async () => {
  for (const member of [alice, bob]) await member.post('/api/v1/statuses', { status: '#p1 #p2 #p3' })
  forget()
  const read = async (query: string) => {
    const { body, headers } = await nobody(server).call('GET', `/api/v1/trends/tags?${query}`)
    return { names: body.map(({ name }: { name: string }) => name), link: headers.get('link') }
  }
  const at = (offset: number, rel: string) =>
    `<${server.origin}/api/v1/trends/tags?limit=2&offset=${offset}>; rel="${rel}"`
  expect(await read('limit=2')).toEqual({ names: ['kelp', 'p1'], link: at(2, 'next') })
  expect(await read('limit=2&offset=2')).toEqual({
    names: ['p2', 'p3'],
    link: `${at(4, 'next')}, ${at(0, 'prev')}`,
  })
  expect(await read('limit=2&offset=4')).toEqual({ names: [], link: null })
})

test('What an operator has hidden does not trend, nor what is tagged so, until it is shown again', async () => {
  const { id } = await alice.post('/api/v1/statuses', { status: 'look #p2' })
  await bob.post(`/api/v1/statuses/${id}/favourite`)
  forget()
  expect([await tagNames(), await statusIds()]).toEqual([
    ['p2', 'kelp', 'p1', 'p3'],
    expect.arrayContaining([id]),
  ])
  await hideTrend(server.ctx, '#P2')
  forget()
  expect(await tagNames()).toEqual(['kelp', 'p1', 'p3'])
  expect(await statusIds()).not.toContain(id)
  await showTrend(server.ctx, 'p2')
  forget()
  expect(await tagNames()).toContain('p2')
})

test('What was said under a tag by whoever may not be shown does not count', async () => {
  await server.ctx.db
    .updateTable('accounts')
    .set({ suspendedAt: new Date() })
    .where('id', '=', bob.actor.id)
    .execute()
  forget()
  expect(await tagNames()).toEqual([])
  const { history } = await nobody(server).get('/api/v1/tags/kelp')
  expect(history[0]).toMatchObject({ uses: '1', accounts: '1' })
})
