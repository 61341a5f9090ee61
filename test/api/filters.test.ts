import { afterAll, beforeAll, expect, test } from 'vitest'
import { check, checkAll } from '../contract/check.ts'
import { signUp, type ApiMember } from '../support/api.ts'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer
let alice: ApiMember
let bob: ApiMember

beforeAll(async () => {
  server = await startServer()
  alice = await signUp(server, 'alice')
  bob = await signUp(server, 'bob')
})
afterAll(() => server?.[Symbol.asyncDispose]())

const say = (status: string) => bob.post('/api/v1/statuses', { status })
const matchesOf = async (id: string) =>
  check('Status', await alice.get(`/api/v1/statuses/${id}`)).filtered.map(
    (result: any) => result.keyword_matches,
  )

test('A filter marks what others say with the keywords that it has, whole words as such', async () => {
  const made = await alice.post('/api/v2/filters', {
    ...{ title: 'Sea', context: ['home', 'public'], filter_action: 'hide', expires_in: '' },
    keywords_attributes: [{ keyword: 'eel', whole_word: true }, { keyword: 'kelp' }],
  })
  const filter = check('FilterWithKeywords', made)
  const [eel, feel, kelp] = [await say('An EEL!'), await say('I feel'), await say('Kelpforest')]
  expect(await matchesOf(eel.id)).toEqual([['eel']])
  expect(await matchesOf(feel.id)).toEqual([])
  expect(await matchesOf(kelp.id)).toEqual([['kelp']])
  expect((await bob.get(`/api/v1/statuses/${kelp.id}`)).filtered).toEqual([])
  await alice.call('DELETE', `/api/v2/filters/keywords/${filter.keywords[1].id}`)
  expect(await matchesOf(kelp.id)).toEqual([])
  expect(checkAll('FilterV1', await alice.get('/api/v1/filters'))).toMatchObject([
    { phrase: 'eel', whole_word: true, irreversible: true },
  ])
})

test('Forms name keywords one after the other', async () => {
  const query = new URLSearchParams([
    ['title', 'Fish'],
    ['context[]', 'home'],
    ['keywords_attributes[][keyword]', 'cod'],
    ['keywords_attributes[][whole_word]', 'false'],
    ['keywords_attributes[][keyword]', 'ray'],
    ['keywords_attributes[][whole_word]', 'true'],
  ])
  const { status, body } = await alice.call('POST', `/api/v2/filters?${query.toString()}`)
  expect([status, body.keywords]).toMatchObject([
    200,
    [
      { keyword: 'cod', whole_word: false },
      { keyword: 'ray', whole_word: true },
    ],
  ])
  await alice.call('DELETE', `/api/v2/filters/${body.id}`)
})

test('A filter is for its owner alone, and ends when it should', async () => {
  const body = { title: 'Day', context: ['home'], expires_in: 60, keywords_attributes: [{ keyword: 'day' }] }
  const { id, expires_at } = check('Filter', await alice.post('/api/v2/filters', body))
  expect(expires_at).not.toBeNull()
  for (const method of ['GET', 'PUT', 'DELETE'] as const)
    expect((await bob.call(method, `/api/v2/filters/${id}`)).status).toBe(404)
  expect(await bob.get('/api/v2/filters')).toEqual([])
  const kept = await alice.call('PUT', `/api/v2/filters/${id}`, { expires_in: '' })
  expect(kept.body).toMatchObject({ id, title: 'Day', context: ['home'], expires_at: null })
  expect((await alice.call('DELETE', `/api/v2/filters/${id}`)).body).toEqual({})
  expect((await alice.call('GET', `/api/v2/filters/${id}`)).status).toBe(404)
  expect((await alice.call('POST', '/api/v2/filters', { title: 'x', context: ['elsewhere'] })).status).toBe(
    422,
  )
})

test('A filter marks a status that it names, until it names it no more', async () => {
  const { id } = await say('nothing odd (at all)')
  const filter = await alice.post('/api/v2/filters', { title: 'One', context: ['home'] })
  const named = await alice.post(`/api/v2/filters/${filter.id}/statuses`, { status_id: id })
  expect(await alice.get(`/api/v2/filters/${filter.id}/statuses`)).toEqual([{ id: named.id, status_id: id }])
  const results = (await alice.get(`/api/v1/statuses/${id}`)).filtered
  expect(checkAll('FilterResult', results)).toMatchObject([{ status_matches: [id], keyword_matches: null }])
  expect((await bob.call('DELETE', `/api/v2/filters/statuses/${named.id}`)).status).toBe(404)
  await alice.call('DELETE', `/api/v2/filters/statuses/${named.id}`)
  expect(await matchesOf(id)).toEqual([])
  await alice.post(`/api/v2/filters/${filter.id}/keywords`, { keyword: '(at all)', whole_word: true })
  expect(await matchesOf(id)).toEqual([['(at all)']])
})
