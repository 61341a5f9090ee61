import { expect, test } from 'vitest'
import { signUp } from '../support/api.ts'
import { startServer } from '../support/server.ts'
import { check, checkAll } from '../contract/check.ts'
import { use } from '../support/use.ts'

const server = await use(startServer())
const alice = await signUp(server, 'alice')
const bob = await signUp(server, 'bob')

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

test('What is cleared asks for nothing any more, and neither does whoever is muted', async () => {
  await alice.call('PUT', '/api/v2/notifications/policy', { for_not_following: 'filter' })
  const [dan, erin] = [await signUp(server, 'dan'), await signUp(server, 'erin')]
  const summary = async () => (await alice.get('/api/v2/notifications/policy')).summary
  const hello = async () => {
    for (const who of [dan, erin]) await who.post('/api/v1/statuses', { status: 'Hello @alice' })
  }
  await hello()
  const [request] = await alice.get(`${path}/requests`)
  expect(request.account.id).toBe(erin.actor.id)
  expect(await summary()).toEqual({ pending_requests_count: 2, pending_notifications_count: 2 })
  await alice.post(`/api/v1/accounts/${erin.actor.id}/mute`)
  expect(await alice.get(`${path}/requests`)).toMatchObject([{ account: { id: dan.actor.id } }])
  expect((await alice.call('GET', `${path}/requests/${request.id}`)).status).toBe(404)
  expect(await summary()).toEqual({ pending_requests_count: 1, pending_notifications_count: 1 })
  await alice.post(`${path}/clear`)
  expect(await alice.get(`${path}/requests`)).toEqual([])
  expect(await summary()).toEqual({ pending_requests_count: 0, pending_notifications_count: 0 })
  await hello()
  const anew = await alice.get(`${path}/requests`)
  expect(anew).toMatchObject([{ account: { id: dan.actor.id }, notifications_count: '1' }])
})

test('Of what was set aside nothing is asked for by whom a member has turned away from since', async () => {
  const frank = await signUp(server, 'frank')
  await frank.post('/api/v1/statuses', { status: 'Hello @alice' })
  const senders = async () => (await alice.get(`${path}/requests`)).map(({ account }: any) => account.id)
  expect(await senders()).toContain(frank.actor.id)
  const { ctx } = server
  await ctx.db
    .insertInto('blocks')
    .values({ id: ctx.newId(), actorId: frank.actor.id, targetId: alice.actor.id })
    .execute()
  expect(await senders()).not.toContain(frank.actor.id)
})
