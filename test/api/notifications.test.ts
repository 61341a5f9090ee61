import { afterAll, beforeAll, expect, test } from 'vitest'
import { signUp, type ApiMember } from '../support/api.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { check, checkAll } from '../contract/check.ts'

let server: TestServer
let alice: ApiMember
let bob: ApiMember
let carol: ApiMember
let post: { id: string }

beforeAll(async () => {
  server = await startServer()
  alice = await signUp(server, 'alice')
  bob = await signUp(server, 'bob')
  carol = await signUp(server, 'carol')
  post = await alice.post('/api/v1/statuses', { status: 'Like me' })
  for (const who of [bob, carol]) await who.post(`/api/v1/statuses/${post.id}/favourite`)
  await bob.post('/api/v1/statuses', { status: 'Hello @alice' })
})
afterAll(() => server?.[Symbol.asyncDispose]())

const path = '/api/v1/notifications'
const typesOf = (list: readonly any[]) => list.map(({ type }) => type)

test('Notifications are pages, newest first, by type and by sender', async () => {
  const { body, headers } = await alice.call('GET', `${path}?limit=2`)
  expect(typesOf(checkAll('Notification', body))).toEqual(['mention', 'favourite'])
  const next = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1] ?? ''
  expect(typesOf(await alice.get(next))).toEqual(['favourite'])
  const empty = await alice.call('GET', `${path}?min_id=${body[0].id}`)
  expect([empty.body, empty.headers.get('link')]).toEqual([[], null])
  expect(typesOf(await alice.get(`${path}?types[]=mention`))).toEqual(['mention'])
  expect(typesOf(await alice.get(`${path}?exclude_types[]=mention`))).toEqual(['favourite', 'favourite'])
  expect(typesOf(await alice.get(`${path}?account_id=${carol.actor.id}`))).toEqual(['favourite'])
  expect(await bob.get(path)).toEqual([])
})

test('One is there for whom it is for alone', async () => {
  const [first] = await alice.get(path)
  expect(check('Notification', await alice.get(`${path}/${first.id}`))).toEqual(first)
  expect((await bob.call('GET', `${path}/${first.id}`)).status).toBe(404)
  expect((await bob.call('POST', `${path}/${first.id}/dismiss`)).status).toBe(404)
})

test('Likes of one post are one group', async () => {
  const body = check('GroupedNotificationsResults', await alice.get('/api/v2/notifications'))
  expect(body.notification_groups).toMatchObject([
    { type: 'mention', notifications_count: 1 },
    {
      type: 'favourite',
      notifications_count: 2,
      status_id: post.id,
      sample_account_ids: [carol.actor.id, bob.actor.id],
    },
  ])
  const alone = await alice.get('/api/v2/notifications?grouped_types[]=reblog')
  expect(alone.notification_groups).toHaveLength(3)
})

test('What came since the last reading is counted', async () => {
  expect(await alice.get(`${path}/unread_count`)).toEqual({ count: 3 })
  const [, second] = await alice.get(path)
  await alice.post('/api/v1/markers', { notifications: { last_read_id: second.id } })
  expect(await alice.get(`${path}/unread_count`)).toEqual({ count: 1 })
})

test('Behind a page of which nothing can be shown any more others are found', async () => {
  const [first] = await alice.get(path)
  const { ctx } = server
  const gone = { accountId: alice.actor.id, fromId: bob.actor.id, type: 'mention', groupKey: 'ungrouped' }
  const rows = [1, 2, 3].map((n) => ({ ...gone, statusId: String(n) }))
  await ctx.db.insertInto('notifications').values(rows).execute()
  for (const version of ['v1', 'v2']) {
    const { headers } = await alice.call('GET', `/api/${version}/notifications?limit=3`)
    const next = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1] ?? ''
    const { body } = await alice.call('GET', next)
    const id = version === 'v1' ? body[0].id : String(body.notification_groups[0].most_recent_notification_id)
    expect(id).toBe(first.id)
  }
})

test('They are dismissed one by one, or all', async () => {
  const [first] = await alice.get(path)
  await alice.post(`${path}/${first.id}/dismiss`)
  expect((await alice.call('GET', `${path}/${first.id}`)).status).toBe(404)
  await alice.post(`${path}/clear`)
  expect(await alice.get(path)).toEqual([])
})
