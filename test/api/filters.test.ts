import { expect, test } from 'vitest'
import { check, checkAll } from '../contract/check.ts'
import { signUp } from '../support/api.ts'
import { startServer } from '../support/server.ts'
import { use } from '../support/use.ts'

const server = await use(startServer())
const alice = await signUp(server, 'alice')
const bob = await signUp(server, 'bob')

const say = (status: string) => bob.post('/api/v1/statuses', { status })
const matchesOf = async (id: string) =>
  check('Status', await alice.get(`/api/v1/statuses/${id}`)).filtered.map(
    (result: any) => result.keyword_matches,
  )

test('A filter marks what others say with the keywords that it has, whole words as such', async () => {
  const made = await alice.post('/api/v2/filters', {
    ...{ title: 'Sea', context: ['home', 'public'], filter_action: 'hide', expires_in: '' },
    keywords_attributes: [
      { keyword: 'eel', whole_word: true },
      { keyword: 'kelp', whole_word: false },
    ],
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

test('A keyword is a whole word unless it is said otherwise, and never blank', async () => {
  const { id } = await alice.post('/api/v2/filters', { title: 'Whole', context: ['home'] })
  const keyword = await alice.post(`/api/v2/filters/${id}/keywords`, { keyword: 'crab' })
  expect(check('FilterKeyword', keyword)).toMatchObject({ keyword: 'crab', whole_word: true })
  for (const blank of ['', ' '])
    expect((await alice.call('POST', `/api/v2/filters/${id}/keywords`, { keyword: blank })).status).toBe(422)
  await alice.call('DELETE', `/api/v2/filters/${id}`)
})

test('A thousand keywords stand in all filters together, and it is said when there are more', async () => {
  const words = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => ({ keyword: `w${from + index}` }))
  const ids: string[] = []
  for (let index = 0; index < 10; index++) {
    const keywords_attributes = words(index * 100, 100)
    ids.push((await bob.post('/api/v2/filters', { title: 'T', context: ['home'], keywords_attributes })).id)
  }
  const more = { title: 'One more', context: ['home'], keywords_attributes: words(5000, 1) }
  expect(await bob.call('POST', '/api/v2/filters', more)).toMatchObject({
    status: 422,
    body: { error: 'Validation failed: all your filters together have at most 1000 keywords' },
  })
  expect(await bob.call('POST', `/api/v2/filters/${ids[0]}/keywords`, { keyword: 'one' })).toMatchObject({
    status: 422,
    body: { error: 'Validation failed: a filter has at most 100 keywords' },
  })
  const other = await alice.post('/api/v1/statuses', { status: 'among others w7, W999 and w1000' })
  const { filtered } = await bob.get(`/api/v1/statuses/${other.id}`)
  expect(filtered.map((result: any) => result.keyword_matches)).toEqual([['w7'], ['w999']])
  for (const id of ids) await bob.call('DELETE', `/api/v2/filters/${id}`)
})
