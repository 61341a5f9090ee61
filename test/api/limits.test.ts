import { afterAll, beforeAll, expect, test } from 'vitest'
import { signUp } from '../support/api.ts'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer

beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server?.[Symbol.asyncDispose]())

const told = ({ headers }: { headers: Headers }) => [
  headers.get('x-ratelimit-limit'),
  headers.get('x-ratelimit-remaining'),
]

test('Posts and boosts are taken back thirty times in half an hour, and apps are told how often yet', async () => {
  const [alice, bob] = [await signUp(server, 'alice'), await signUp(server, 'bob')]
  const { id } = await alice.post('/api/v1/statuses', { status: 'Hello' })
  const before = Date.now()
  const first = await alice.call('POST', `/api/v1/statuses/${id}/unreblog`)
  expect([first.status, ...told(first)]).toEqual([200, '30', '29'])
  const reset = new Date(first.headers.get('x-ratelimit-reset') ?? '').getTime() - before
  expect([reset > 29 * 60_000, reset < 31 * 60_000]).toEqual([true, true])
  for (let n = 0; n < 29; n++) await alice.call('DELETE', '/api/v1/statuses/1')
  const late = await alice.call('DELETE', `/api/v1/statuses/${id}`)
  expect([late.status, ...told(late), late.headers.get('retry-after')]).toEqual([429, '30', '0', '60'])
  expect(late.body).toEqual({ error: 'Too many requests' })
  const shown = await alice.call('GET', `/api/v1/statuses/${id}`)
  expect([shown.status, told(shown)[0]]).toEqual([200, '300'])
  expect((await alice.call('POST', `/api/v1/statuses/${id}/favourite`)).status).toBe(200)
  expect((await bob.call('DELETE', '/api/v1/statuses/1')).status).toBe(404)
})
