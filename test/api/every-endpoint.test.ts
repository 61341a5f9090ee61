import { afterAll, beforeAll, expect, test } from 'vitest'
import { issueToken } from '../../src/domain/auth/issue-token.ts'
import { routes } from '../../src/api/routes.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { signUp, type ApiMember } from '../support/api.ts'
import { endpoints, pagesAndDocuments } from './endpoints.ts'

let server: TestServer
let alice: ApiMember

beforeAll(async () => {
  server = await startServer({ env: { TRUSTED_PROXIES: '127.0.0.1' } })
  alice = await signUp(server, 'alice')
})
afterAll(() => server?.[Symbol.asyncDispose]())

/** These are no lines of the table: they are never answered to the end. */
const isStream = (line: string) => line.startsWith('GET /api/v1/streaming/')
const shapeOf = (line: string) => line.replaceAll(/:\w+/g, ':')

test('Everything that apps ask Mastodon for stands in the table of routes', () => {
  const lines = new Set(
    routes.flatMap(({ method, path }) => [method].flat().map((verb) => shapeOf(`${verb} ${path}`))),
  )
  const missing = endpoints.filter((line) => !isStream(line) && !lines.has(shapeOf(line)))
  expect(missing).toEqual([])
  expect(new Set(endpoints).size).toBe(endpoints.length)
})

test('What apps ask for elsewhere is there', async () => {
  for (const path of pagesAndDocuments(server.origin)) {
    const response = await fetch(server.origin + path, { redirect: 'manual' })
    await response.text()
    expect([path, response.status < 400]).toEqual([path, true])
  }
  const preflight = await fetch(`${server.origin}/api/v1/statuses`, { method: 'OPTIONS' })
  expect(preflight.ok).toBe(true)
})

test('What happens can be listened to', async () => {
  const { id } = await alice.post('/api/v1/lists', { title: 'Some' })
  const token = await issueToken(server.ctx, alice.actor.id, ['read'])
  for (const path of endpoints.filter(isStream).map((line) => line.slice('GET '.length))) {
    const hangUp = new AbortController()
    const response = await fetch(`${server.origin}${path}?tag=sea&list=${id}`, {
      headers: { authorization: `Bearer ${token}` },
      signal: hangUp.signal,
    })
    hangUp.abort()
    expect([path, response.status]).toEqual([path, 200])
  }
})

test('What this server does not do, it says as Mastodon does', async () => {
  const { id } = await alice.post('/api/v1/statuses', { status: 'hello' })
  const absent = [
    ['POST', `/api/v1/statuses/${id}/translate`],
    ['POST', `/api/v1/accounts/${alice.actor.id}/email_subscriptions`],
    ['GET', '/api/v1/annual_reports/2025'],
    ['POST', '/api/v1/annual_reports/2025/generate'],
    ['POST', '/api/v1/annual_reports/2025/read'],
    ['GET', '/api/v1_alpha/async_refreshes/abc'],
    ['GET', '/api/v1/instance/terms_of_service'],
  ] as const
  for (const [method, path] of absent) {
    const { status, body } = await alice.call(method, path)
    expect([path, status, body]).toEqual([path, 404, { error: 'Record not found' }])
  }
  expect(await alice.get(`/api/v1/accounts/${alice.actor.id}/identity_proofs`)).toEqual([])
  expect(await alice.get('/api/v1/annual_reports')).toEqual({
    annual_reports: [],
    accounts: [],
    statuses: [],
  })
  expect(await alice.get('/api/v1/annual_reports/2025/state')).toEqual({ state: 'ineligible' })
})
