import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkAll } from '../contract/check.ts'
import { nobody, signUp } from '../support/api.ts'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer

beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server?.[Symbol.asyncDispose]())

test('Trends are what several used, and what was liked', async () => {
  const [alice, bob] = [await signUp(server, 'alice'), await signUp(server, 'bob')]
  const { id } = await alice.post('/api/v1/statuses', { status: 'one #kelp #alone' })
  await bob.post('/api/v1/statuses', { status: 'two #kelp' })
  await bob.post(`/api/v1/statuses/${id}/favourite`)
  const tags = checkAll('Tag', await nobody(server).get('/api/v1/trends/tags'))
  expect(tags.map((tag: any) => tag.name)).toEqual(['kelp'])
  const statuses = checkAll('Status', await nobody(server).get('/api/v1/trends/statuses'))
  expect(statuses.map((status: any) => status.id)).toEqual([id])
})
