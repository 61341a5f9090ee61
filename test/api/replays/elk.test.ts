import { afterAll, beforeAll, expect, test } from 'vitest'
import { logInFrom, openPhone, openSocket, type Phone } from './kit.ts'

let phone: Phone

beforeAll(async () => void (phone = await openPhone('Mozilla/5.0 Elk')))
afterAll(() => phone?.[Symbol.asyncDispose]())

/** The address of the place stands in it, escaped twice over as seen from a path. */
const redirectUri = 'https://elk.zone/api/localhost%3A%2F%2F3000/oauth/https%3A%2F%2Felk.zone'

test('Elk registers from its server with JSON and comes back to an address that stays as it is', async () => {
  const authorize = { force_login: 'false', lang: 'en' }
  await logInFrom(phone, { redirectUri, as: 'json', authorize })
})

test('Elk knows by the words that it must register anew', async () => {
  const json = { grant_type: 'authorization_code', client_id: 'gone', client_secret: 'x', code: 'x' }
  const answer = await phone.send('POST', '/oauth/token', { json: { ...json, redirect_uri: redirectUri } })
  expect(answer.status).toBe(401)
  expect(answer.body.error).toBe('invalid_client')
  expect(answer.body.error_description).toContain('Client authentication failed')
})

test('Elk loads what it shows first', async () => {
  expect(await phone.ask('GET', '/nodeinfo/2.0')).toMatchObject({ software: { name: 'holdfast' } })
  const { configuration } = await phone.ask('GET', '/api/v2/instance')
  expect(configuration.urls.streaming).toMatch(/^wss?:\/\/[^/]+$/)
  expect(configuration.media_attachments.supported_mime_types.length).toBeGreaterThan(0)
  expect((await phone.ask('GET', '/api/v1/accounts/verify_credentials')).source.privacy).toBe('public')
  await phone.ask('GET', '/api/v1/preferences')
  const markers = { query: 'timeline%5B%5D=notifications' }
  expect(await phone.ask('GET', '/api/v1/markers', markers)).toEqual({})
  expect(await phone.ask('GET', '/api/v1/notifications', { query: 'limit=30' })).toEqual([])
  expect((await phone.send('GET', '/api/v1/push/subscription')).status).toBe(404)
})

test('Elk spends a day', async () => {
  const { bob } = phone
  await phone.ask('POST', `/api/v1/accounts/${bob.actor.id}/follow`, { json: { reblogs: true } })
  const poll = { options: ['a', 'b'], expires_in: 3600, multiple: false, hide_totals: false }
  const mine = await phone.ask('POST', '/api/v1/statuses', { json: { status: 'Tea?', poll } })
  expect(mine.poll.voted).toBe(true)
  const theirs = await bob.post('/api/v1/statuses', { status: '@alice Cake?', poll })
  const json = { choices: ['1'] }
  expect((await phone.ask('POST', `/api/v1/polls/${theirs.poll.id}/votes`, { json })).own_votes).toEqual([1])
  const answer = { status: '@bob yes', in_reply_to_id: theirs.id, media_ids: [], spoiler_text: '' }
  const { id } = await phone.ask('POST', '/api/v1/statuses', { json: answer })
  expect((await phone.ask('GET', `/api/v1/statuses/${id}/context`)).ancestors[0].id).toBe(theirs.id)
  const list = await phone.ask('POST', '/api/v1/lists', { json: { title: 'F' } })
  const path = `/api/v1/lists/${list.id}/accounts`
  await phone.ask('POST', path, { json: { account_ids: [bob.actor.id] } })
  expect((await phone.ask('GET', path, { query: 'limit=1000' })).length).toBe(1)
  expect((await phone.ask('GET', `/api/v1/timelines/list/${list.id}`))[0].account.id).toBe(bob.actor.id)
  await phone.ask('DELETE', `/api/v1/lists/${list.id}`, { json: {} })
  await phone.ask('POST', '/api/v1/domain_blocks', { json: { domain: 'noise.example' } })
  await phone.ask('DELETE', '/api/v1/domain_blocks', { json: { domain: 'noise.example' } })
  expect(await phone.ask('GET', '/api/v1/domain_blocks')).toEqual([])
  const found = await phone.ask('GET', '/api/v2/search', { query: 'q=%40bob&resolve=true&limit=5' })
  expect(found.accounts[0].id).toBe(bob.actor.id)
  const fields = { '0': { name: 'Home', value: 'here' } }
  const profile = { json: { display_name: 'Alice', fields_attributes: fields, locked: false } }
  expect((await phone.ask('PATCH', '/api/v1/accounts/update_credentials', profile)).fields.length).toBe(1)
  const report = { account_id: bob.actor.id, status_ids: [theirs.id], comment: '', category: 'other' }
  expect((await phone.ask('POST', '/api/v1/reports', { json: report })).category).toBe('other')
})

test('Elk hears of notifications, and marks them as read', async () => {
  const socket = await openSocket(phone, '/api/v1/streaming', [phone.token])
  socket.say({ type: 'subscribe', stream: 'user' })
  const { id } = await phone.ask('POST', '/api/v1/statuses', { json: { status: 'Like this' } })
  await socket.next('update')
  await phone.bob.post(`/api/v1/statuses/${id}/favourite`)
  const told = JSON.parse((await socket.next('notification')).payload)
  expect(told).toMatchObject({ type: 'favourite', status: { id } })
  const json = { notifications: { last_read_id: told.id } }
  const marked = await phone.ask('POST', '/api/v1/markers', { json })
  expect(marked.notifications.last_read_id).toBe(told.id)
  socket.close()
})
