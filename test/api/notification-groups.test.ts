import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { blockDomainFor } from '../../src/domain/domain-blocks/block-domain-for.ts'
import { createAccount } from '../../src/domain/accounts/create-account.ts'
import { issueToken } from '../../src/domain/auth/issue-token.ts'
import { check, checkAll } from '../contract/check.ts'
import { signUp, type ApiMember } from '../support/api.ts'
import { createStranger } from '../support/people.ts'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer
let alice: ApiMember
let likers: ApiMember[]
let post: { id: string }

beforeAll(async () => {
  server = await startServer()
  alice = await signUp(server, 'alice')
  post = await alice.post('/api/v1/statuses', { status: 'Like me' })
  likers = []
  for (const name of ['bob', 'carol', 'dan']) likers.push(await signUp(server, name))
  for (const who of likers) await who.post(`/api/v1/statuses/${post.id}/favourite`)
  await likers[0]!.post('/api/v1/statuses', { status: 'Hello @alice' })
})
afterAll(() => server?.[Symbol.asyncDispose]())

const v2 = '/api/v2/notifications'
const ids = (accounts: readonly { id: string }[]) => accounts.map(({ id }) => id)

async function groupsOf(who: ApiMember) {
  return check('GroupedNotificationsResults', await who.get(v2)).notification_groups as any[]
}

test('A group is shown by its key, and to its member alone', async () => {
  for (const group of await groupsOf(alice)) {
    const body = check('GroupedNotificationsResults', await alice.get(`${v2}/${group.group_key}`))
    expect(body.notification_groups).toEqual([group])
    expect((await likers[0]!.call('GET', `${v2}/${group.group_key}`)).status).toBe(404)
    expect((await likers[0]!.call('GET', `${v2}/${group.group_key}/accounts`)).status).toBe(404)
  }
  for (const key of ['ungrouped', 'ungrouped-0', 'favourite-1-2', '%27'])
    expect((await alice.call('GET', `${v2}/${key}`)).status, key).toBe(404)
})

test('Those in a group are pages', async () => {
  const [, favourites] = await groupsOf(alice)
  const path = `${v2}/${favourites.group_key}/accounts`
  const expected = ids(likers.map(({ actor }) => actor)).toReversed()
  const first = await alice.call('GET', `${path}?limit=2`)
  expect(ids(checkAll('Account', first.body) as any[])).toEqual(expected.slice(0, 2))
  const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? ''
  expect(ids(await alice.get(next))).toEqual(expected.slice(2))
  const beyond = await alice.call('GET', `${path}?max_id=1`)
  expect([beyond.status, beyond.body, beyond.headers.get('link')]).toEqual([200, [], null])
})

test('With partial avatars only one of each group is told in full', async () => {
  const body = check('GroupedNotificationsResults', await alice.get(`${v2}?expand_accounts=partial_avatars`))
  const [bob, carol, dan] = ids(likers.map(({ actor }) => actor))
  expect(new Set(ids(body.accounts))).toEqual(new Set([bob, dan]))
  expect(body.partial_accounts).toEqual([
    {
      id: carol,
      acct: 'carol',
      url: `${server.origin}/@carol`,
      avatar: expect.any(String),
      avatar_static: expect.any(String),
      locked: false,
      bot: false,
    },
  ])
})

test('What is unread is counted by groups and by itself, up to a limit and after the marker', async () => {
  const count = async (path: string) => (await alice.get(path)).count
  expect(await count('/api/v1/notifications/unread_count')).toBe(4)
  expect(await count('/api/v1/notifications/unread_count?types[]=mention')).toBe(1)
  expect(await count('/api/v1/notifications/unread_count?limit=3')).toBe(3)
  expect(await count(`${v2}/unread_count`)).toBe(2)
  expect(await count(`${v2}/unread_count?grouped_types[]=reblog`)).toBe(4)
  expect(await count(`${v2}/unread_count?limit=1`)).toBe(1)
  const [newest] = await alice.get('/api/v1/notifications')
  await alice.post('/api/v1/markers', { notifications: { last_read_id: newest.id } })
  expect(await count(`${v2}/unread_count`)).toBe(0)
})

test('A group goes as a whole, however often and at once it is dismissed, and nothing else goes', async () => {
  const [mention, favourites] = await groupsOf(alice)
  const path = `${v2}/${favourites.group_key}/dismiss`
  expect((await likers[0]!.call('POST', path)).status).toBe(200)
  expect(await groupsOf(alice)).toHaveLength(2)
  const answers = await Promise.all([path, path, path].map((each) => alice.call('POST', each)))
  expect(answers.map(({ status, body }) => [status, body])).toEqual(Array(3).fill([200, {}]))
  expect(await groupsOf(alice)).toEqual([mention])
  await alice.post(`${v2}/${mention.group_key}/dismiss`)
  expect(await groupsOf(alice)).toEqual([])
})

test('What is cleared at once by many is gone once', async () => {
  await likers[1]!.post('/api/v1/statuses', { status: 'Again @alice' })
  const [one] = await alice.get('/api/v1/notifications')
  const answers = await Promise.all([
    alice.call('POST', '/api/v1/notifications/clear'),
    alice.call('POST', `/api/v1/notifications/${one.id}/dismiss`),
    alice.call('POST', '/api/v1/notifications/clear'),
  ])
  expect(answers.every(({ status }) => status === 200 || status === 404)).toBe(true)
  expect(await alice.get('/api/v1/notifications')).toEqual([])
})

test('Whoever moderates sees what a report says', async () => {
  const { ctx } = server
  const email = 'erin@mail.example'
  const erin = await createAccount(ctx, {
    username: 'erin',
    email,
    password: 'correct horse',
    role: 'moderator',
  })
  const token = await issueToken(ctx, erin.id, ['read'])
  const reported = { account_id: likers[2]!.actor.id, comment: 'Rude', status_ids: [] }
  const report = check('Report', await alice.post('/api/v1/reports', reported))
  const ask = async (path: string): Promise<any> => {
    const response = await fetch(server.origin + path, { headers: { authorization: `Bearer ${token}` } })
    return response.json()
  }
  const [notification] = await ask('/api/v1/notifications?types[]=admin.report')
  expect(check('Notification', notification).report).toEqual(report)
  const groups = check('GroupedNotificationsResults', await ask(`${v2}?types[]=admin.report`))
  expect(groups.notification_groups[0].report).toEqual(report)
})

test('Whoever blocks a domain is told which follows ended with it', async () => {
  const { ctx } = server
  const stranger = await createStranger(ctx, 'frank', { domain: 'far.example' })
  await sql`insert into follows (id, follower_id, target_id, state)
    values (${ctx.newId()}, ${stranger.id}, ${alice.actor.id}, 'accepted')`.execute(ctx.db)
  await blockDomainFor(ctx, alice.actor, 'far.example')
  await blockDomainFor(ctx, alice.actor, 'nobody.example')
  const found = await alice.get('/api/v1/notifications?types[]=severed_relationships')
  expect(checkAll('Notification', found)).toMatchObject([
    {
      account: { id: alice.actor.id },
      event: {
        type: 'user_domain_block',
        target_name: 'far.example',
        followers_count: 1,
        following_count: 0,
      },
    },
  ])
  const { notification_groups: groups } = await alice.get(v2)
  expect(groups).toMatchObject([{ event: { target_name: 'far.example' } }])
})
