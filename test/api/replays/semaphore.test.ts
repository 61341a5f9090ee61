import { afterAll, beforeAll, expect, test } from 'vitest'
import { logInFrom, openPhone, openSocket, type Phone } from './kit.ts'

let phone: Phone

beforeAll(async () => void (phone = await openPhone('Mozilla/5.0 Semaphore')))
afterAll(() => phone?.[Symbol.asyncDispose]())

test('Semaphore logs in by what was there first, and loads what it shows', async () => {
  const { urls, uri } = await phone.ask('GET', '/api/v1/instance')
  expect(urls.streaming_api).toMatch(new RegExp(`^wss?://${uri}$`))
  await logInFrom(phone, { redirectUri: 'https://semaphore.social/settings/instances/add', as: 'json' })
  await phone.ask('GET', '/api/v1/accounts/verify_credentials')
  for (const path of ['lists', 'custom_emojis', 'filters', 'timelines/home'])
    expect(await phone.ask('GET', `/api/v1/${path}`)).toEqual([])
  expect((await phone.send('PUT', '/api/v2/media/1', { json: { description: 'x' } })).status).toBe(404)
})

test('A code that is shown on a page is written off it', async () => {
  await logInFrom(phone, { redirectUri: 'urn:ietf:wg:oauth:2.0:oob', as: 'json' })
  await phone.ask('GET', '/api/v1/preferences')
})

test('Semaphore spends a day', async () => {
  const { bob, server } = phone
  await phone.ask('POST', `/api/v1/accounts/${bob.actor.id}/follow`)
  const [relation] = await phone.ask('GET', '/api/v1/accounts/relationships', {
    query: `id=${bob.actor.id}`,
  })
  expect(relation).toMatchObject({ id: bob.actor.id, following: true })
  const json = { status: 'Hello', in_reply_to_id: null, media_ids: null, sensitive: false, spoiler_text: '' }
  const { id } = await phone.ask('POST', '/api/v1/statuses', { json })
  const theirs = await bob.post('/api/v1/statuses', {
    status: '@alice Cake?',
    poll: { options: ['a', 'b'], expires_in: 3600 },
  })
  const vote = { json: { choices: ['0'] } }
  expect((await phone.ask('POST', `/api/v1/polls/${theirs.poll.id}/votes`, vote)).own_votes).toEqual([0])
  for (const deed of ['favourite', 'unfavourite', 'reblog', 'unreblog', 'pin'])
    await phone.ask('POST', `/api/v1/statuses/${deed === 'pin' ? id : theirs.id}/${deed}`)
  await server.settle()
  const told = await phone.ask('GET', '/api/v1/notifications', { query: 'limit=20&exclude_types[]=follow' })
  expect(told.length).toBe(1)
  await phone.ask('POST', '/api/v1/domain_blocks', { query: 'domain=noise.example' })
  await phone.ask('DELETE', '/api/v1/domain_blocks', { query: 'domain=noise.example' })
  expect(await phone.ask('GET', '/api/v1/domain_blocks')).toEqual([])
  const search = { query: 'q=bob&resolve=true' }
  expect((await phone.ask('GET', '/api/v2/search', search)).accounts.length).toBe(1)
  const profile = { json: { display_name: 'Alice', note: 'Tea' } }
  expect((await phone.ask('PATCH', '/api/v1/accounts/update_credentials', profile)).display_name).toBe(
    'Alice',
  )
  {
    const filter = { json: { phrase: 'eel', context: ['home'], irreversible: false, whole_word: true } }
    const made = await phone.ask('POST', '/api/v1/filters', filter)
    await phone.ask('DELETE', `/api/v1/filters/${made.id}`)
  }
  const report = { account_id: bob.actor.id, status_ids: [theirs.id], comment: 'x', forward: false }
  await phone.ask('POST', '/api/v1/reports', { json: report })
})

test('Semaphore shows its token in the address of a socket, and hears what it asked for', async () => {
  const path = `/api/v1/streaming?stream=user&access_token=${phone.token}`
  const socket = await openSocket(phone, path)
  const { id } = await phone.ask('POST', '/api/v1/statuses', { json: { status: 'Now' } })
  expect(JSON.parse((await socket.next('update')).payload).id).toBe(id)
  socket.close()
  await expect(openSocket(phone, '/api/v1/streaming?stream=user&access_token=wrong')).rejects.toThrow()
})
