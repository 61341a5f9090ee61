import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { check } from '../contract/check.ts'
import { signUp, type ApiMember } from '../support/api.ts'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer
let alice: ApiMember
let post: { id: string }

const v2 = '/api/v2/notifications'
const key = (hours: number) => `favourite-${post.id}-${hours}`

/** Strangers with the ids from 1 on, of whom 30 liked a post by day and 3 by night, between 10 mentions. */
beforeAll(async () => {
  server = await startServer()
  alice = await signUp(server, 'alice')
  post = await alice.post('/api/v1/statuses', { status: 'Like me' })
  await sql`insert into remote_actors (id, is_local, type, username, domain, uri)
    select n, false, 'Person', 'p' || n, 'far.example', 'https://far.example/' || n
    from generate_series(1, 100) n`.execute(server.ctx.db)
  await tell('favourite', 1, 30, key(12))
  await tell('follow', 41, 50, 'ungrouped')
  await tell('favourite', 31, 33, key(24))
})
afterAll(() => server?.[Symbol.asyncDispose]())

/** One of each of these people, one after the other. */
async function tell(type: string, from: number, to: number, groupKey: string): Promise<void> {
  const statusId = type === 'favourite' ? post.id : null
  await sql`insert into notifications (account_id, type, from_id, status_id, group_key)
    select ${alice.actor.id}::bigint, ${type}, n, ${statusId}::bigint, ${groupKey}
    from generate_series(${from}::int, ${to}::int) n order by n`.execute(server.ctx.db)
}

async function ask(query: string) {
  const { body, headers } = await alice.call('GET', `${v2}?${query}`)
  const link = headers.get('link') ?? ''
  const follow = (rel: string) => new RegExp(`<([^>]+)>; rel="${rel}"`).exec(link)?.[1]?.split('?')[1] ?? ''
  const groups = check('GroupedNotificationsResults', body).notification_groups as any[]
  return { body, groups, next: follow('next'), prev: follow('prev'), link }
}

const idOf = async (fromId: number) => {
  const { db } = server.ctx
  const rows = await db
    .selectFrom('notifications')
    .select('id')
    .where('fromId', '=', String(fromId))
    .execute()
  return rows[0]!.id
}

test('A limit counts groups, and each tells how many are in it and who came last', async () => {
  const { groups, next } = await ask('limit=11')
  expect(groups.map(({ type }) => type)).toEqual(['favourite', ...Array(10).fill('follow')])
  expect(groups[0]).toMatchObject({ notifications_count: 3, sample_account_ids: ['33', '32', '31'] })
  const rest = await ask(next)
  expect(rest.groups).toEqual([
    {
      group_key: key(12),
      type: 'favourite',
      status_id: post.id,
      notifications_count: 30,
      most_recent_notification_id: Number(await idOf(30)),
      page_max_id: await idOf(30),
      page_min_id: await idOf(1),
      latest_page_notification_at: expect.any(String),
      sample_account_ids: ['30', '29', '28', '27', '26', '25', '24', '23'],
    },
  ])
  const beyond = await ask(rest.next)
  expect(beyond.groups).toMatchObject([{ group_key: key(12), notifications_count: 29 }])
})

test('Who asks for what came since still hears of all who did it', async () => {
  const since = await idOf(32)
  const { groups } = await ask(`since_id=${since}`)
  expect(groups).toMatchObject([
    { group_key: key(24), notifications_count: 3, page_min_id: await idOf(33), page_max_id: await idOf(33) },
  ])
  expect((await ask(`since_id=${await idOf(33)}`)).link).toBe('')
})

test('Upwards a page has the groups directly above, and goes on from the last that it reached', async () => {
  const first = await ask(`min_id=${await idOf(29)}&limit=2`)
  expect(first.groups).toMatchObject([
    { group_key: `ungrouped-${await idOf(41)}`, notifications_count: 1 },
    { group_key: key(12), notifications_count: 30, page_min_id: await idOf(30), page_max_id: await idOf(30) },
  ])
  const last = await ask(first.prev.replace('limit=2', 'limit=40'))
  expect(last.groups).toHaveLength(10)
  expect(last.groups[0]).toMatchObject({
    group_key: key(24),
    notifications_count: 3,
    page_min_id: await idOf(31),
    page_max_id: await idOf(33),
  })
})

test('Types that are not to be grouped are told one by one', async () => {
  const { groups } = await ask('types[]=favourite&grouped_types[]=follow&limit=80')
  expect(groups).toHaveLength(33)
  expect(groups[0]).toMatchObject({
    group_key: `ungrouped-${await idOf(33)}`,
    notifications_count: 1,
    sample_account_ids: ['33'],
  })
})

test('Of those who are told in part nothing is counted, and each is told once', async () => {
  const { body } = await ask('types[]=favourite&expand_accounts=partial_avatars')
  const ids = (accounts: any[]) => accounts.map(({ id }) => id)
  expect(ids(body.accounts)).toEqual(['33', '30'])
  expect(ids(body.partial_accounts)).toEqual(['32', '31', '29', '28', '27', '26', '25', '24', '23'])
})

test('Of whom somebody has turned away nothing is listed or counted, whoever told it before', async () => {
  const { db } = server.ctx
  const account = { accountId: alice.actor.id, createdAt: new Date() }
  await db
    .insertInto('blocks')
    .values([
      { id: server.ctx.newId(), actorId: alice.actor.id, targetId: '33' },
      { id: server.ctx.newId(), actorId: '32', targetId: alice.actor.id },
    ])
    .execute()
  const mute = { ...account, expiresAt: null }
  await db
    .insertInto('mutes')
    .values([
      { ...mute, id: server.ctx.newId(), targetId: '50', hidesNotifications: true },
      { ...mute, id: server.ctx.newId(), targetId: '49', hidesNotifications: false },
      { ...mute, id: server.ctx.newId(), targetId: '48', hidesNotifications: true, expiresAt: new Date(0) },
    ])
    .execute()
  const { groups } = await ask('limit=4')
  expect(groups).toMatchObject([
    { group_key: key(24), notifications_count: 1, sample_account_ids: ['31'] },
    ...['49', '48', '47'].map((id) => ({ type: 'follow', sample_account_ids: [id] })),
  ])
  expect((await alice.get(`${v2}/${key(24)}`)).notification_groups[0].notifications_count).toBe(1)
  expect((await alice.get(`${v2}/${key(24)}/accounts`)).map(({ id }: any) => id)).toEqual(['31'])
  expect(await alice.get(`${v2}/unread_count`)).toEqual({ count: 11 })
  expect(await alice.get('/api/v1/notifications/unread_count')).toEqual({ count: 40 })
  const listed = await alice.get('/api/v1/notifications?limit=80')
  expect(listed).toHaveLength(40)
  expect((await alice.call('GET', `/api/v1/notifications/${await idOf(33)}`)).status).toBe(404)
  await db
    .insertInto('accountDomainBlocks')
    .values({ ...account, id: '1', domain: 'far.example' })
    .execute()
  expect(await alice.get('/api/v1/notifications')).toEqual([])
  expect((await ask('')).groups).toEqual([])
  expect(await alice.get('/api/v1/notifications/unread_count')).toEqual({ count: 0 })
})
