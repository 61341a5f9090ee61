import { afterAll, beforeAll, expect, test } from 'vitest'
import { linkOf, logInFrom, openPhone, type Phone } from './kit.ts'

let phone: Phone

beforeAll(async () => void (phone = await openPhone('Mastodon/2024.10 CFNetwork/1568 Darwin/24.0.0')))
afterAll(() => phone?.[Symbol.asyncDispose]())

/** It throws at a date without a fraction of three digits, wherever it stands. */
const timed = ['created_at', 'edited_at', 'expires_at', 'updated_at', 'published_at', 'scheduled_at']

function findDates(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, each]) =>
    timed.includes(key) && typeof each === 'string' ? [each] : findDates(each),
  )
}

async function ask(...call: Parameters<Phone['ask']>): Promise<any> {
  const body = await phone.ask(...call)
  for (const date of findDates(body)) expect(date).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  return body
}

test('Mastodon for iOS asks for the older description first, and counts in the newer', async () => {
  const older = await ask('GET', '/api/v1/instance')
  expect(older).toMatchObject({ uri: expect.not.stringContaining('/'), email: '', description: '' })
  expect(Number.parseInt(older.version.split('.')[0], 10)).toBeGreaterThanOrEqual(4)
  const { configuration } = await ask('GET', '/api/v2/instance')
  const counted = Object.values({ ...configuration.polls, ...configuration.statuses })
  expect(counted.every((value) => Number.isSafeInteger(value))).toBe(true)
  expect(await ask('GET', '/api/v1/instance/translation_languages')).toEqual({})
  await logInFrom(phone, { redirectUri: 'mastodon://joinmastodon.org/oauth', as: 'json' })
})

test('Mastodon for iOS spends a day, paging by numbers', async () => {
  const { bob, server } = phone
  await ask('POST', `/api/v1/accounts/${bob.actor.id}/follow`, { json: {} })
  const poll = { options: ['a', 'b'], expires_in: 3600 }
  const theirs = await bob.post('/api/v1/statuses', { status: '@alice Cake?', poll })
  for (let count = 0; count < 2; count++) await bob.post('/api/v1/statuses', { status: `Number ${count}` })
  const votes = { json: { choices: [1] } }
  expect((await ask('POST', `/api/v1/polls/${theirs.poll.id}/votes`, votes)).own_votes).toEqual([1])
  const seen: string[] = []
  let maxId: string | undefined
  do {
    const query = maxId === undefined ? 'limit=2' : `limit=2&max_id=${maxId}`
    const { body, link } = await phone.send('GET', '/api/v1/timelines/home', { query })
    seen.push(...body.map(({ id }: { id: string }) => id))
    maxId = linkOf(link, /max_id=([0-9]+)/)
  } while (maxId !== undefined)
  expect(seen.length).toBe(3)
  const { id } = await ask('POST', '/api/v1/statuses', {
    json: { status: '@bob Yes', in_reply_to_id: theirs.id },
  })
  expect((await ask('GET', `/api/v1/statuses/${id}/context`)).ancestors.length).toBe(1)
  await ask('PUT', `/api/v1/statuses/${id}`, { json: { status: '@bob No', media_ids: [] } })
  expect((await ask('GET', `/api/v1/statuses/${id}/history`)).length).toBe(2)
  for (const deed of ['favourite', 'reblog', 'bookmark'])
    await ask('POST', `/api/v1/statuses/${theirs.id}/${deed}`)
  await bob.post(`/api/v1/statuses/${id}/favourite`)
  await server.settle()
  const told = await ask('GET', '/api/v1/notifications', { query: 'limit=40&exclude_types[]=follow' })
  expect(told.length).toBe(2)
  expect(await ask('GET', '/api/v1/filters')).toEqual([])
  const policy = { json: { filter_private_mentions: true } }
  expect((await ask('PATCH', '/api/v1/notifications/policy', policy)).filter_private_mentions).toBe(true)
  expect(await ask('GET', '/api/v1/notifications/requests')).toEqual([])
  expect(await ask('GET', '/api/v1/trends')).toEqual([])
  const found = await ask('GET', '/api/v2/search', { query: 'q=bob&type=accounts' })
  expect(found.accounts[0]).toMatchObject({ locked: false, emojis: [], display_name: expect.any(String) })
  const profile = new FormData()
  profile.set('note', 'Tea')
  profile.set('fields_attributes[0][name]', 'Home')
  profile.set('fields_attributes[0][value]', 'here')
  const { source } = await ask('PATCH', '/api/v1/accounts/update_credentials', { multipart: profile })
  expect(source).toMatchObject({ note: 'Tea', fields: [{ name: 'Home', value: 'here' }] })
  await ask('POST', `/api/v1/accounts/${bob.actor.id}/mute`, { json: {} })
  expect(
    (await ask('GET', '/api/v1/accounts/relationships', { query: `id[]=${bob.actor.id}` }))[0],
  ).toMatchObject({
    muting: true,
    endorsed: false,
    blocked_by: false,
  })
})
