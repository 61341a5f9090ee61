import { afterAll, beforeAll, expect, test } from 'vitest'
import { issueToken } from '../../src/domain/auth/issue-token.ts'
import { signUp } from '../support/api.ts'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer

beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server?.[Symbol.asyncDispose]())

test('What the API does not have is a 404 as JSON, for apps of any origin', async () => {
  const response = await fetch(`${server.origin}/api/v1/no-such-thing`, { method: 'DELETE' })
  expect([response.status, await response.json()]).toEqual([404, { error: 'Record not found' }])
  expect(response.headers.get('access-control-allow-origin')).toBe('*')
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
})

test('Each answer has an id of its own, which apps of any origin may read', async () => {
  const ask = async () => (await fetch(`${server.origin}/api/v2/instance`)).headers
  const [one, other] = [await ask(), await ask()]
  expect(one.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
  expect(one.get('x-request-id')).not.toBe(other.get('x-request-id'))
  expect(one.get('access-control-expose-headers')).toContain('X-Request-Id')
})

test('A browser may ask beforehand for any method and header', async () => {
  const headers = { origin: 'https://app.example', 'access-control-request-headers': 'authorization' }
  const response = await fetch(`${server.origin}/api/v1/statuses`, { method: 'OPTIONS', headers })
  expect(response.status).toBe(204)
  expect(response.headers.get('access-control-allow-headers')).toBe('authorization')
  expect(response.headers.get('access-control-allow-methods')).toContain('DELETE')
})

test('An id that is written as a number keeps all its digits', async () => {
  const member = await signUp(server, 'digits')
  const { id } = await member.post('/api/v1/statuses', { status: 'Hello' })
  const marked = await fetch(`${server.origin}/api/v1/markers`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await issueToken(server.ctx, member.actor.id, ['write'])}`,
      'content-type': 'application/json',
    },
    body: `{"home":{"last_read_id":${id}}}`,
  })
  expect(await marked.json()).toMatchObject({ home: { last_read_id: id } })
})
