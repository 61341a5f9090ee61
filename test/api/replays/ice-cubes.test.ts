import { afterAll, beforeAll, expect, test } from 'vitest'
import { makePng } from '../../support/media-files.ts'
import { linkOf, logInFrom, openPhone, openSocket, type Phone } from './kit.ts'

/** Swift refuses the whole answer for one value outside of these. */
const closed: Readonly<Record<string, readonly unknown[]>> = {
  visibility: ['public', 'unlisted', 'private', 'direct'],
  replies_policy: ['followed', 'list', 'none'],
  'reading:expand:media': ['show_all', 'hide_all', 'default'],
  'posting:default:visibility': ['public', 'unlisted', 'private', 'direct'],
  filter_action: ['warn', 'hide'],
  for_not_following: ['accept', 'filter', 'drop'],
  current_user: ['automatic', 'manual', 'denied', 'unknown'],
}

let phone: Phone

beforeAll(async () => void (phone = await openPhone('IceCubesApp/2 CFNetwork/1568 Darwin/24.0.0')))
afterAll(() => phone?.[Symbol.asyncDispose]())

/** @returns values that Ice Cubes does not know, and dates that it would show as now */
function findOdd(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, each]) => {
    if (typeof each === 'string' && Object.hasOwn(closed, key) && !closed[key]!.includes(each))
      return [`${key}: ${each}`]
    const isDate = key === 'created_at' && typeof each === 'string'
    if (isDate && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(each)) return [`${key}: ${each}`]
    return findOdd(each)
  })
}

async function ask(...call: Parameters<Phone['ask']>): Promise<any> {
  const body = await phone.ask(...call)
  expect(findOdd(body)).toEqual([])
  return body
}

test('Ice Cubes logs in with JSON, comes back to a bare scheme, and loads what it shows first', async () => {
  const instance = await ask('GET', '/api/v2/instance')
  expect(Number.parseFloat(instance.version.slice(0, 3))).toBeGreaterThanOrEqual(4.2)
  expect(instance).toMatchObject({ contact: { email: '' }, registrations: { enabled: expect.any(Boolean) } })
  const token = { scope: 'read write follow push' }
  await logInFrom(phone, { redirectUri: 'icecubesapp://', as: 'json', token })
  expect((await ask('GET', '/api/v1/accounts/verify_credentials')).source.fields).toEqual([])
  for (const path of ['instance/peers', 'lists', 'followed_tags', 'follow_requests'])
    expect(await ask('GET', `/api/v1/${path}`)).toEqual([])
  await ask('GET', '/api/v1/preferences')
  const home = { query: 'local=false&limit=50' }
  expect(await ask('GET', '/api/v1/timelines/home', home)).toEqual([])
  expect((await phone.send('GET', '/api/v1/push/subscription')).status).toBe(404)
})

test('Ice Cubes writes all parameters into the address, also of what it posts and deletes', async () => {
  const { bob, carol } = phone
  const follow = { query: 'reblogs=true&notify=true' }
  expect((await ask('POST', `/api/v1/accounts/${bob.actor.id}/follow`, follow)).notifying).toBe(true)
  await ask('POST', `/api/v1/accounts/${carol.actor.id}/follow`, follow)
  const list = await ask('POST', '/api/v1/lists', {
    query: 'title=Best%20friends&replies_policy=list&exclusive=false',
  })
  expect(list).toMatchObject({ title: 'Best friends', exclusive: false })
  const path = `/api/v1/lists/${list.id}/accounts`
  const members = { query: `account_ids%5B%5D=${bob.actor.id}&account_ids%5B%5D=${carol.actor.id}` }
  await ask('POST', path, members)
  expect((await ask('GET', path, { query: 'limit=0' })).length).toBe(2)
  await ask('DELETE', path, { query: `account_ids[]=${carol.actor.id}` })
  expect((await ask('GET', path, { query: 'limit=0' })).length).toBe(1)
  const changed = { query: 'title=Best&replies_policy=none&exclusive=true' }
  expect(await ask('PUT', `/api/v1/lists/${list.id}`, changed)).toMatchObject({ exclusive: true })
  await ask('DELETE', `/api/v1/lists/${list.id}`)
  const { poll, id } = await bob.post('/api/v1/statuses', {
    status: '@alice Cake?',
    poll: { options: ['a', 'b'], expires_in: 3600, multiple: true },
  })
  const votes = { query: 'choices%5B%5D=0&choices%5B%5D=1' }
  expect((await ask('POST', `/api/v1/polls/${poll.id}/votes`, votes)).own_votes).toEqual([0, 1])
  const filter = await ask('POST', '/api/v2/filters', {
    json: { title: 'Eels', context: ['home'], filter_action: 'warn', expires_in: '' },
  })
  const keyword = { query: 'keyword=eel&whole_word=true' }
  await ask('POST', `/api/v2/filters/${filter.id}/keywords`, keyword)
  expect((await ask('GET', '/api/v2/filters'))[0].keywords.length).toBe(1)
  await ask('DELETE', `/api/v2/filters/${filter.id}`)
  const report = { query: `account_id=${bob.actor.id}&status_ids%5B%5D=${id}&comment=odd&forward=true` }
  expect((await ask('POST', '/api/v1/reports', report)).comment).toBe('odd')
})

test('Ice Cubes reads on by the number behind max_id, and groups of notifications', async () => {
  const { bob, server } = phone
  for (let count = 0; count < 3; count++) await bob.post('/api/v1/statuses', { status: `@alice ${count}` })
  await server.settle()
  const seen: string[] = []
  let next: string | undefined = ''
  while (next !== undefined) {
    const answer = await phone.send('GET', '/api/v1/timelines/home', { query: `limit=2${next}` })
    seen.push(...answer.body.map(({ id }: { id: string }) => id))
    const maxId = linkOf(answer.link, /(max_id=[0-9]+)/)
    next = maxId && `&${maxId}`
  }
  expect(new Set(seen).size).toBe(seen.length)
  expect(seen.length).toBe(4)
  const grouped = await ask('GET', '/api/v2/notifications', {
    query: 'limit=30&exclude_types%5B%5D=favourite&expand_accounts=full',
  })
  const [group] = grouped.notification_groups
  expect(group).toMatchObject({ type: 'mention', most_recent_notification_id: expect.any(Number) })
  expect(Number.isSafeInteger(group.most_recent_notification_id)).toBe(true)
  expect(await ask('GET', '/api/v1/notifications/requests')).toEqual([])
  await ask('POST', '/api/v1/notifications/requests/accept', { query: 'id%5B%5D=1' })
  const policy = { json: { for_not_following: 'filter', for_private_mentions: 'accept' } }
  await ask('PUT', '/api/v2/notifications/policy', policy)
})

test('Ice Cubes explores, and edits the profile with fields by their numbers', async () => {
  await phone.bob.post('/api/v1/statuses', { status: 'A #tea' })
  expect((await ask('GET', '/api/v1/tags/tea/')).name).toBe('tea')
  for (const path of ['suggestions', 'trends/tags', 'trends/statuses', 'trends/links'])
    expect(Array.isArray(await ask('GET', `/api/v1/${path}`))).toBe(true)
  const found = await ask('GET', '/api/v2/search', { query: 'q=bob&type=accounts&resolve=true&limit=40' })
  expect(found.accounts.length).toBe(1)
  const { bob } = phone
  const shown = 'only_media=false&exclude_replies=true&exclude_reblogs=false&pinned=false'
  const statuses = await ask('GET', `/api/v1/accounts/${bob.actor.id}/statuses`, { query: shown })
  expect(statuses.length).toBeGreaterThan(0)
  expect(await ask('GET', `/api/v1/accounts/${bob.actor.id}/featured_tags`)).toEqual([])
  const json = {
    display_name: 'Alice',
    fields_attributes: { 0: { name: 'Home', value: 'here' }, 1: { name: 'Tea', value: 'green' } },
    source: { privacy: 'unlisted', sensitive: false },
  }
  const changed = await ask('PATCH', '/api/v1/accounts/update_credentials', { json })
  expect(changed.fields.map(({ name }: { name: string }) => name)).toEqual(['Home', 'Tea'])
  expect(changed.avatar).toMatch(/^https?:\/\/.*missing\.png$/)
})

test('Ice Cubes uploads and describes', async () => {
  const multipart = new FormData()
  multipart.set('file', new Blob([makePng(32, 32)], { type: 'image/png' }), 'file.png')
  const { id } = await ask('POST', '/api/v2/media', { multipart })
  const json = { description: 'Bands' }
  expect((await ask('PUT', `/api/v1/media/${id}`, { json })).description).toBe('Bands')
  await ask('POST', '/api/v1/statuses', { json: { status: 'Look', media_ids: [id], visibility: 'public' } })
})

test('Ice Cubes subscribes in the address', async () => {
  const p256dh = 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4'
  const fields: [string, string][] = [
    ['subscription[endpoint]', 'https://icecubesrelay.fly.dev/push/abc?x=1'],
    ['subscription[keys][p256dh]', p256dh],
    ['subscription[keys][auth]', 'BTBZMqHH6r4Tts7J_aSIgg'],
    ...['mention', 'status', 'reblog', 'follow', 'favourite', 'poll'].map((alert): [string, string] => [
      `data[alerts][${alert}]`,
      'true',
    ]),
    ['policy', 'all'],
  ]
  const query = new URLSearchParams(fields).toString()
  const made = await ask('POST', '/api/v1/push/subscription', { query })
  expect(made).toMatchObject({ endpoint: fields[0]![1], alerts: { mention: true, poll: true } })
  expect(made.id).toBeLessThan(2 ** 31)
})

test('Ice Cubes listens, and is told what it misspelt', async () => {
  const socket = await openSocket(phone, '/api/v1/streaming', [phone.token])
  expect(socket.protocol).toBe(phone.token)
  socket.say({ type: 'subscribe', stream: 'local' })
  expect((await socket.next('error')).error).toEqual(expect.any(String))
  socket.say({ type: 'subscribe', stream: 'user' })
  await phone.ask('POST', '/api/v1/statuses', { json: { status: 'Now' } })
  const heard = await socket.next('update')
  expect(heard.stream).toEqual(['user'])
  expect(findOdd(JSON.parse(heard.payload))).toEqual([])
  socket.close()
})
