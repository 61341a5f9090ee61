import { expect, test } from 'vitest'
import { check, checkAll } from '../contract/check.ts'
import { signUp } from '../support/api.ts'
import { startServer } from '../support/server.ts'
import { use } from '../support/use.ts'

const server = await use(startServer())
const alice = await signUp(server, 'alice')
const bob = await signUp(server, 'bob')

const v1 = '/api/v1/filters'

test('An app that knows keywords alone makes, changes and removes a filter', async () => {
  const asked = { phrase: 'cats', context: ['home', 'public'], expires_in: 3600 }
  const made = check('FilterV1', await alice.post(v1, asked))
  expect(made).toMatchObject({
    phrase: 'cats',
    context: ['home', 'public'],
    irreversible: false,
    whole_word: true,
  })
  const [filter] = await alice.get('/api/v2/filters')
  expect(filter).toMatchObject({ title: 'cats', filter_action: 'warn', keywords: [{ id: made.id }] })
  const put = await alice.call('PUT', `${v1}/${made.id}`, {
    ...{ phrase: 'dogs', context: ['home'], irreversible: true, expires_in: '', whole_word: false },
  })
  const expected = {
    phrase: 'dogs',
    context: ['home'],
    irreversible: true,
    whole_word: false,
    expires_at: null,
  }
  expect(put.body).toMatchObject({ id: made.id, ...expected })
  expect(checkAll('FilterV1', await alice.get(v1))).toEqual([put.body])
  for (const method of ['GET', 'PUT', 'DELETE'] as const)
    expect((await bob.call(method, `${v1}/${made.id}`, method === 'GET' ? undefined : asked)).status).toBe(
      404,
    )
  expect((await alice.call('DELETE', `${v1}/${made.id}`)).body).toEqual({})
  expect(await alice.get('/api/v2/filters')).toEqual([])
  expect((await alice.call('DELETE', `${v1}/${made.id}`)).status).toBe(404)
})

test('What is not said, or said wrongly, makes no filter', async () => {
  for (const asked of [{ context: ['home'] }, { phrase: 'x' }, { phrase: 'x', context: ['moon'] }])
    expect((await alice.call('POST', v1, asked)).status).toBe(422)
  expect(await alice.get(v1)).toEqual([])
})

test('What keywords share is not changed for one of them, and goes with the last', async () => {
  const filter = await alice.post('/api/v2/filters', {
    ...{ title: 'Pets', context: ['home'], filter_action: 'blur' },
    keywords_attributes: [{ keyword: 'cats' }, { keyword: 'dogs' }],
  })
  const [cats, dogs] = filter.keywords
  expect((await alice.call('PUT', `${v1}/${cats.id}`, { phrase: 'cats', context: ['public'] })).status).toBe(
    422,
  )
  expect((await alice.call('PUT', `${v1}/${cats.id}`, { irreversible: true })).status).toBe(422)
  const same = { phrase: 'kittens', context: ['home'], irreversible: false }
  expect((await alice.call('PUT', `${v1}/${cats.id}`, same)).body.phrase).toBe('kittens')
  expect(await alice.get(`/api/v2/filters/${filter.id}`)).toMatchObject({
    title: 'Pets',
    filter_action: 'blur',
  })
  await alice.call('DELETE', `${v1}/${cats.id}`)
  expect((await alice.get(`/api/v2/filters/${filter.id}`)).keywords).toMatchObject([{ keyword: 'dogs' }])
  await alice.call('DELETE', `${v1}/${dogs.id}`)
  expect(await alice.get('/api/v2/filters')).toEqual([])
})
