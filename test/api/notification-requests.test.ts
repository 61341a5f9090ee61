import { afterAll, beforeAll, expect, test } from 'vitest'
import { signUp, type ApiMember } from '../support/api.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { check, checkAll } from '../contract/check.ts'

let server: TestServer
let alice: ApiMember
let bob: ApiMember

beforeAll(async () => {
  server = await startServer()
  alice = await signUp(server, 'alice')
  bob = await signUp(server, 'bob')
})
afterAll(() => server?.[Symbol.asyncDispose]())

const path = '/api/v1/notifications'

test('What a policy sets aside is a request, and shown once that is accepted', async () => {
  const policy = { for_not_following: 'filter' }
  const changed = await alice.call('PATCH', '/api/v2/notifications/policy', policy)
  expect(check('NotificationPolicy', changed.body)).toMatchObject(policy)
  expect(check('NotificationPolicyV1', await alice.get(`${path}/policy`)).filter_not_following).toBe(true)
  const { id } = await bob.post('/api/v1/statuses', { status: 'Hello @alice' })
  expect(await alice.get(path)).toEqual([])
  const [request] = checkAll('NotificationRequest', await alice.get(`${path}/requests`)) as any[]
  expect(request).toMatchObject({
    notifications_count: '1',
    account: { id: bob.actor.id },
    last_status: { id },
  })
  expect((await bob.call('POST', `${path}/requests/${request.id}/accept`)).status).toBe(404)
  await alice.post(`${path}/requests/${request.id}/accept`)
  await bob.post('/api/v1/statuses', { status: 'Again @alice' })
  expect(await alice.get(path)).toHaveLength(2)
  expect(await alice.get(`${path}/requests`)).toEqual([])
})

test('What is dropped is never told, and what is dismissed is gone', async () => {
  const carol = await signUp(server, 'carol')
  await carol.post('/api/v1/statuses', { status: 'Hello @alice' })
  const [request] = await alice.get(`${path}/requests`)
  await alice.post(`${path}/requests/dismiss`, { id: [request.id] })
  expect(await alice.get(`${path}?include_filtered=true&account_id=${carol.actor.id}`)).toEqual([])
  await alice.call('PUT', '/api/v2/notifications/policy', { for_not_following: 'drop' })
  await carol.post('/api/v1/statuses', { status: 'Hello again @alice' })
  expect(await alice.get(`${path}?include_filtered=true&account_id=${carol.actor.id}`)).toEqual([])
})
