import { afterAll, beforeAll, expect, test } from 'vitest'
import { linkOf, logInFrom, openPhone, openSocket, type Phone } from './kit.ts'

let phone: Phone

beforeAll(async () => void (phone = await openPhone('Mozilla/5.0 Phanpy')))
afterAll(() => phone?.[Symbol.asyncDispose]())

const origin = { origin: 'https://phanpy.social' }

test('Phanpy finds where the place is, and logs in with a challenge', async () => {
  const meta = await phone.ask('GET', '/.well-known/host-meta', { headers: origin })
  expect(meta).toContain(`template="${phone.server.origin}/.well-known/webfinger?resource={uri}"`)
  const oauth = await phone.ask('GET', '/.well-known/oauth-authorization-server', { headers: origin })
  expect(oauth.code_challenge_methods_supported).toEqual(['S256'])
  await logInFrom(phone, { redirectUri: 'https://phanpy.social', as: 'form', challenge: true })
})

test('Phanpy asks for a password again when a second account is to log in', async () => {
  const { client_id: id } = await phone.ask('POST', '/api/v1/apps', {
    form: 'client_name=Phanpy&redirect_uris=https%3A%2F%2Fphanpy.social&scopes=read+write+follow+push',
  })
  const scope = 'scope=read+write+follow+push&redirect_uri=https%3A%2F%2Fphanpy.social&response_type=code'
  const path = `/oauth/authorize?client_id=${id}&${scope}&force_login=true`
  const page = await phone.browser.get(locationOf(await phone.browser.get(path)))
  expect(await page.text()).toContain('type="password"')
})

function locationOf(response: Response): string {
  const { pathname, search } = new URL(response.headers.get('location') ?? '', phone.server.origin)
  return pathname + search
}

test('Phanpy loads all at once what it shows first', async () => {
  const [preferences, instance, me] = await Promise.all([
    phone.ask('GET', '/api/v1/preferences'),
    phone.ask('GET', '/api/v2/instance'),
    phone.ask('GET', '/api/v1/accounts/verify_credentials'),
  ])
  expect(preferences).toHaveProperty('reading:expand:spoilers')
  // https://semver.org, with what compare-versions takes.
  expect(instance.version).toMatch(/^\d+\.\d+\.\d+\+holdfast\.[\w.-]+$/)
  expect(instance.configuration.vapid.public_key).toMatch(/^[\w-]{87}$/)
  expect(me.username).toBe('alice')
  const { links } = await phone.ask('GET', '/.well-known/nodeinfo', { headers: origin })
  expect(links.length).toBeGreaterThan(0)
  for (const { href } of links) {
    const response = await fetch(href)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(await response.json()).toMatchObject({ software: { name: 'holdfast' } })
  }
  expect(await phone.ask('GET', '/api/v1/timelines/home', { query: 'limit=20' })).toEqual([])
  expect(await phone.ask('GET', '/api/v1/markers', { query: 'timeline=notifications' })).toEqual({})
  const fresh = { query: 'limit=1&since_id=1' }
  expect(await phone.ask('GET', '/api/v1/notifications', fresh)).toEqual([])
})

test('Phanpy may ask from its own place, with every verb', async () => {
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
    const asked = 'authorization,content-type,idempotency-key'
    const headers = {
      ...origin,
      'access-control-request-method': method,
      'access-control-request-headers': asked,
    }
    const response = await fetch(`${phone.server.origin}/api/v1/statuses`, { method: 'OPTIONS', headers })
    expect(response.ok).toBe(true)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(response.headers.get('access-control-allow-methods')).toContain(method)
    expect(response.headers.get('access-control-allow-headers')?.toLowerCase()).toContain('authorization')
  }
})

test('Phanpy sends JSON also with what it deletes', async () => {
  const { bob } = phone
  await phone.ask('POST', `/api/v1/accounts/${bob.actor.id}/follow`, { json: {} })
  const list = await phone.ask('POST', '/api/v1/lists', { json: { title: 'F', replies_policy: 'list' } })
  const path = `/api/v1/lists/${list.id}/accounts`
  await phone.ask('POST', path, { json: { account_ids: [bob.actor.id] } })
  await phone.ask('DELETE', path, { json: { account_ids: [bob.actor.id] } })
  expect(await phone.ask('GET', path)).toEqual([])
  await phone.ask('DELETE', `/api/v1/lists/${list.id}`, { json: {} })
  const headers = { 'content-type': 'application/json' }
  const { id } = await bob.post('/api/v1/statuses', { status: 'Hello' })
  expect((await phone.ask('POST', `/api/v1/statuses/${id}/favourite`, { headers })).favourited).toBe(true)
})

test('Phanpy posts again without the key when the first attempt failed, and boosts once', async () => {
  const json = { status: 'Once', visibility: 'public', language: 'en', sensitive: false }
  const headers = { 'idempotency-key': 'draft-1' }
  const attempts = await Promise.all(
    [1, 2, 3].map(() => phone.ask('POST', '/api/v1/statuses', { json, headers })),
  )
  expect(new Set(attempts.map(({ id }) => id)).size).toBe(1)
  const { id } = attempts[0]
  const answer = { json: { status: 'Twice', in_reply_to_id: id, quote_approval_policy: 'public' } }
  await phone.ask('POST', '/api/v1/statuses', answer)
  const context = await phone.ask('GET', `/api/v1/statuses/${id}/context`)
  expect(context.descendants.length).toBe(1)
  const edit = await phone.ask('PUT', `/api/v1/statuses/${id}`, { json: { status: 'Edited' } })
  expect(edit.edited_at).not.toBeNull()
  for (let count = 0; count < 2; count++)
    await phone.ask('POST', `/api/v1/statuses/${id}/reblog`, { json: {} })
  expect((await phone.ask('GET', `/api/v1/statuses/${id}`)).reblogs_count).toBe(1)
})

test('Phanpy reads pages by their links', async () => {
  const first = await phone.send('GET', '/api/v1/timelines/home', { query: 'limit=1' })
  const next = linkOf(first.link, /<([^>]+)>; rel="next"/)
  const second = await phone.send('GET', next!.slice(phone.server.origin.length))
  expect(second.body[0].id).not.toBe(first.body[0].id)
  const prev = linkOf(second.link, /<([^>]+)>; rel="prev"/)
  const back = await phone.send('GET', prev!.slice(phone.server.origin.length))
  expect(back.body[0].id).toBe(first.body[0].id)
})

test('Phanpy hears on one socket what it subscribes to, and logs out from its page', async () => {
  const socket = await openSocket(phone, '/api/v1/streaming', [phone.token])
  socket.say({ type: 'subscribe', stream: 'user' })
  socket.say({ type: 'subscribe', stream: 'user:notification' })
  socket.say({ type: 'subscribe', stream: 'hashtag', tag: 'Tea' })
  const { id } = await phone.ask('POST', '/api/v1/statuses', { json: { status: 'A #tea' } })
  const first = await socket.next('update')
  const second = await socket.next('update')
  expect(new Set([first.stream, second.stream])).toEqual(new Set([['hashtag', 'Tea'], ['user']]))
  expect(JSON.parse(first.payload).id).toBe(id)
  await phone.ask('DELETE', `/api/v1/statuses/${id}`)
  expect((await socket.next('delete')).payload).toBe(id)
  await phone.bob.post('/api/v1/statuses', { status: '@alice here' })
  expect(JSON.parse((await socket.next('notification')).payload).type).toBe('mention')
  socket.close()
})
