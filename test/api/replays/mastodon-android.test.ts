import { afterAll, beforeAll, expect, test } from 'vitest'
import { makePng } from '../../support/media-files.ts'
import { logInFrom, openPhone, type Phone } from './kit.ts'

let phone: Phone

beforeAll(async () => void (phone = await openPhone('MastodonAndroid/2.11.0')))
afterAll(() => phone?.[Symbol.asyncDispose]())

const app = 'mastodon-android-auth://callback'

test('Mastodon for Android logs in with JSON and a challenge, and loads what it shows first', async () => {
  const { configuration, api_versions } = await phone.ask('GET', '/api/v2/instance')
  expect(configuration.vapid.public_key).not.toContain('=')
  for (const limit of ['image_size_limit', 'video_size_limit'])
    expect(configuration.media_attachments[limit]).toBeLessThan(2 ** 31)
  expect(typeof (api_versions?.mastodon ?? 0)).toBe('number')
  await logInFrom(phone, { redirectUri: app, as: 'json', challenge: true })
  expect((await phone.ask('GET', '/api/v1/accounts/verify_credentials')).source).toMatchObject({
    note: '',
    fields: [],
  })
  await phone.ask('GET', '/api/v1/preferences')
  expect(await phone.ask('GET', '/api/v2/filters')).toEqual([])
  const markers = { query: 'timeline[]=home&timeline[]=notifications' }
  expect(await phone.ask('GET', '/api/v1/markers', markers)).toEqual({})
  expect(await phone.ask('GET', '/api/v1/timelines/home', { query: 'limit=40' })).toEqual([])
  expect(await phone.ask('GET', '/api/v1/custom_emojis')).toEqual([])
  expect(await phone.ask('GET', '/api/v1/trends', { query: 'limit=10' })).toEqual([])
})

test('Mastodon for Android finds words in every error', async () => {
  for (const path of ['/api/v1/statuses/1', '/api/v1/nothing', '/api/v1/accounts/abc'])
    expect((await phone.send('GET', path)).body).toEqual({ error: expect.any(String) })
  const empty = await phone.send('POST', '/api/v1/statuses', { json: {} })
  expect([empty.status, typeof empty.body.error]).toEqual([422, 'string'])
})

test('Mastodon for Android spends a day', async () => {
  const { bob, server } = phone
  const follow = { json: { reblogs: true, notify: false } }
  expect((await phone.ask('POST', `/api/v1/accounts/${bob.actor.id}/follow`, follow)).following).toBe(true)
  const headers = { 'idempotency-key': '1f0e3dad-0000' }
  const json = { status: 'Hello', visibility: 'public', language: 'en', poll: null, media_ids: null }
  const { id } = await phone.ask('POST', '/api/v1/statuses', { json, headers })
  const theirs = await bob.post('/api/v1/statuses', {
    status: '@alice Cake?',
    poll: { options: ['a', 'b'], expires_in: 3600 },
  })
  expect(theirs.poll.emojis).toEqual([])
  const vote = { json: { choices: [0] } }
  expect((await phone.ask('POST', `/api/v1/polls/${theirs.poll.id}/votes`, vote)).voted).toBe(true)
  for (const deed of ['favourite', 'reblog', 'bookmark'])
    expect((await phone.ask('POST', `/api/v1/statuses/${theirs.id}/${deed}`, { json: {} })).id).toMatch(
      /^\d+$/,
    )
  await bob.post(`/api/v1/statuses/${id}/favourite`)
  await server.settle()
  const told = await phone.ask('GET', '/api/v1/notifications', { query: 'limit=40&types[]=mention' })
  expect(told.map(({ type }: { type: string }) => type)).toEqual(['mention'])
  expect((await phone.ask('GET', '/api/v1/notifications/policy')).filter_not_following).toBe(false)
  const strict = { json: { filter_not_following: true } }
  const policy = await phone.ask('PUT', '/api/v1/notifications/policy', strict)
  expect(policy).toMatchObject({ filter_not_following: true, filter_new_accounts: false })
  const filter = await phone.ask('POST', '/api/v2/filters', {
    json: {
      title: 'Eels',
      context: ['home', 'notifications'],
      filter_action: 'hide',
      keywords_attributes: [{ keyword: 'eel', whole_word: true }],
    },
  })
  const changes = { keywords_attributes: [{ id: filter.keywords[0].id, _destroy: true }] }
  const changed = await phone.ask('PUT', `/api/v2/filters/${filter.id}`, { json: changes })
  expect(changed.keywords).toEqual([])
  await phone.ask('DELETE', `/api/v2/filters/${filter.id}`)
  const list = await phone.ask('POST', '/api/v1/lists', { json: { title: 'F', replies_policy: 'none' } })
  const members = { json: { account_ids: [bob.actor.id] } }
  await phone.ask('POST', `/api/v1/lists/${list.id}/accounts`, members)
  const gone = { query: `account_ids[]=${bob.actor.id}` }
  await phone.ask('DELETE', `/api/v1/lists/${list.id}/accounts`, gone)
  const ids = { query: `id[]=${bob.actor.id}&id[]=${phone.carol.actor.id}` }
  expect((await phone.ask('GET', '/api/v1/accounts', ids)).length).toBe(2)
  expect((await phone.ask('GET', '/api/v1/accounts/relationships', ids)).length).toBe(2)
  const { last_read_id } = (
    await phone.ask('POST', '/api/v1/markers', { json: { home: { last_read_id: theirs.id } } })
  ).home
  expect(last_read_id).toBe(theirs.id)
  const report = {
    account_id: bob.actor.id,
    comment: 'x',
    category: 'violation',
    rule_ids: [],
    forward: false,
  }
  await phone.ask('POST', '/api/v1/reports', { json: report })
})

test('Mastodon for Android shows a picture of its own', async () => {
  const multipart = new FormData()
  multipart.set('avatar', new Blob([makePng(64, 64)], { type: 'image/png' }), 'avatar.png')
  multipart.set('display_name', 'Alice')
  multipart.set('fields_attributes[0][name]', 'Home')
  multipart.set('fields_attributes[0][value]', 'here')
  const changed = await phone.ask('PATCH', '/api/v1/accounts/update_credentials', { multipart })
  expect(changed).toMatchObject({ display_name: 'Alice', fields: [{ name: 'Home' }] })
  expect((await fetch(changed.avatar)).headers.get('content-type')).toMatch(/^image\//)
})
