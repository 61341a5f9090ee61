import { importJWK, jwtVerify } from 'jose'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sendPush } from '../../src/domain/push/send-push.ts'
import { issueToken } from '../../src/domain/auth/issue-token.ts'
import { revokeTokensOf } from '../../src/store/tokens.ts'
import type { Jobs } from '../../src/store/jobs.ts'
import { check } from '../contract/check.ts'
import { signUp, type ApiMember } from '../support/api.ts'
import { makePushKeys, parameter } from '../support/push.ts'
import { startRemoteServer, type RemoteServer } from '../support/remote-server.ts'
import { startServer, type TestServer } from '../support/server.ts'

const path = '/api/v1/push/subscription'
const allAlerts = { mention: true, favourite: true, follow: true, 'admin.sign_up': true }

let server: TestServer
let service: RemoteServer
let alice: ApiMember
let bob: ApiMember
let token: string
let post: { id: string }

beforeAll(async () => {
  server = await startServer()
  service = await startRemoteServer()
  alice = await signUp(server, 'alice')
  bob = await signUp(server, 'bob')
  post = await alice.post('/api/v1/statuses', { status: 'A <b>post</b> of mine & more' })
})
beforeEach(async () => {
  token = await issueToken(server.ctx, alice.actor.id, ['push', 'read', 'write'])
  service.arrivals.length = 0
})
afterEach(async () => {
  const { db, now } = server.ctx
  await db.transaction().execute((tx) => revokeTokensOf(tx, alice.actor.id, now()))
  await sql`delete from pgboss.job where name = 'push.due'`.execute(db)
  await sql`delete from notifications`.execute(db)
  await sql`delete from likes`.execute(db)
})
afterAll(async () => {
  await service?.[Symbol.asyncDispose]()
  await server?.[Symbol.asyncDispose]()
})

/** As apps send it: JSON, a form or the query alone. */
async function ask(method: string, body?: object | URLSearchParams, query = ''): Promise<any> {
  const isForm = body instanceof URLSearchParams
  const type = body === undefined || isForm ? {} : { 'content-type': 'application/json' }
  const response = await fetch(`${server.origin}${path}${query}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...type },
    ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
  })
  return { status: response.status, body: await response.json() }
}

const endpoint = (name = 'push') => `${service.origin}/${name}`

async function subscribe(more: object = {}, subscription: object = {}) {
  const { keys, read } = makePushKeys()
  const input = {
    subscription: { endpoint: endpoint(), keys, ...subscription },
    data: { alerts: allAlerts },
    ...more,
  }
  const { status, body } = await ask('POST', input)
  expect(status).toBe(200)
  return { body: check('WebPushSubscription', body), read }
}

/** What bob does, and the messages that came of it. */
async function likedBy(who = bob) {
  await who.post(`/api/v1/statuses/${post.id}/favourite`)
  await server.settle()
  return service.arrivals.filter(({ url }) => url?.startsWith('/push'))
}

async function waitingJobs(): Promise<Jobs['push.due'][]> {
  const { rows } = await sql<{ data: Jobs['push.due'] }>`
    select data from pgboss.job where name = 'push.due' and state = 'created'`.execute(server.ctx.db)
  return rows.map(({ data }) => data)
}

const isThere = async () => (await ask('GET')).status === 200

describe('A subscription', () => {
  test('is the one of a token: made, read, changed and ended', async () => {
    expect((await ask('GET')).body).toEqual({ error: 'Record not found' })
    expect((await ask('PUT', { policy: 'all' })).status).toBe(404)
    const { body } = await subscribe()
    expect(body).toMatchObject({ endpoint: endpoint(), standard: false, policy: 'all' })
    expect(body.alerts).toMatchObject({ mention: true, reblog: false, 'admin.sign_up': true })
    expect(Number.isInteger(body.id) && body.id < 2 ** 31).toBe(true)
    expect((await ask('GET')).body).toEqual(body)
    const changed = (await ask('PUT', { data: { alerts: { reblog: true } }, policy: 'followed' })).body
    expect(changed).toMatchObject({
      id: body.id,
      policy: 'followed',
      alerts: { reblog: true, mention: false },
    })
    const { body: again } = await subscribe()
    expect(again.id).toBeGreaterThan(body.id)
    expect(await ask('DELETE')).toEqual({ status: 200, body: {} })
    expect((await ask('GET')).status).toBe(404)
    expect((await ask('DELETE')).status).toBe(200)
  })

  test('names the key that instance and apps name', async () => {
    const { body } = await subscribe()
    const { configuration } = await bob.get('/api/v2/instance')
    const app = await bob.post('/api/v1/apps', { client_name: 'An app', redirect_uris: 'app://x' })
    expect([configuration.vapid.public_key, app.vapid_key]).toEqual([body.server_key, body.server_key])
    expect(Buffer.from(body.server_key, 'base64url')).toHaveLength(65)
  })

  test('is read from a form and from the query, with keys in either alphabet', async () => {
    const { keys } = makePushKeys()
    const padded = (key: string) => Buffer.from(key, 'base64url').toString('base64')
    const parameters = new URLSearchParams({
      'subscription[endpoint]': endpoint(),
      'subscription[keys][p256dh]': padded(keys.p256dh),
      'subscription[keys][auth]': padded(keys.auth),
      'subscription[standard]': '1',
      'data[alerts][mention]': 'true',
      'data[alerts][admin.report]': '1',
      'data[alerts][poll]': 'false',
      'data[policy]': 'follower',
    })
    const expected = {
      standard: true,
      policy: 'follower',
      alerts: { mention: true, poll: false, 'admin.report': true },
    }
    expect((await ask('POST', parameters)).body).toMatchObject(expected)
    expect((await ask('POST', undefined, `?${parameters.toString()}`)).body).toMatchObject(expected)
  })

  test('needs keys that are keys, and a policy that is one', async () => {
    const { keys } = makePushKeys()
    const offCurve = Buffer.alloc(65, 1)
    offCurve[0] = 4
    const wrong = [
      { keys: { ...keys, p256dh: offCurve.toString('base64url') } },
      { keys: { ...keys, p256dh: Buffer.from(keys.p256dh, 'base64url').subarray(1).toString('base64url') } },
      { keys: { ...keys, auth: Buffer.alloc(15).toString('base64url') } },
      { keys: { ...keys, auth: 'not base64!' } },
      { keys: {} },
      { keys, endpoint: undefined },
      { keys, endpoint: 'mailto:somebody@away.example' },
      { keys, endpoint: 'https://user:secret@away.example/' },
    ]
    for (const subscription of wrong) {
      const asked = { subscription: { endpoint: endpoint(), ...subscription } }
      expect((await ask('POST', asked)).status, JSON.stringify(subscription)).toBe(422)
    }
    const choice = { subscription: { endpoint: endpoint(), keys }, policy: 'some' }
    expect((await ask('POST', choice)).status).toBe(422)
    expect(await isThere()).toBe(false)
  })
})

describe('A message', () => {
  test.each([false, true])('is read by the app alone (standard: %s)', async (standard) => {
    const { read, body } = await subscribe({}, { standard })
    const [arrival, ...others] = await likedBy()
    expect(others).toEqual([])
    const encoding = standard ? 'aes128gcm' : 'aesgcm'
    expect(arrival?.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-encoding': encoding,
      ttl: '172800',
      urgency: 'normal',
    })
    const message = read(arrival!)
    expect(message).toEqual({
      access_token: token,
      preferred_locale: 'en',
      notification_id: expect.any(Number),
      notification_type: 'favourite',
      icon: expect.stringContaining(server.origin),
      title: 'bob favourited your post',
      body: 'A <b>post</b> of mine & more',
    })
    const stored = await fetch(`${server.origin}/api/v1/notifications/${message.notification_id}`, {
      headers: { authorization: `Bearer ${message.access_token}` },
    })
    expect(await stored.json()).toMatchObject({ type: 'favourite', account: { username: 'bob' } })
    const authorization = arrival!.headers.authorization!
    const [, jwt, key] = standard
      ? /^vapid t=([^,]+), ?k=([\w-]+)$/.exec(authorization)!
      : [null, authorization.replace(/^WebPush /, ''), body.server_key]
    expect(key).toBe(body.server_key)
    if (!standard) {
      const sent = parameter(arrival!.headers['crypto-key'], 'p256ecdsa').toString('base64url')
      expect(sent).toBe(body.server_key)
    }
    const point = Buffer.from(key, 'base64url')
    const jwk = { kty: 'EC', crv: 'P-256', x: point.subarray(1, 33).toString('base64url') }
    const verified = await jwtVerify(
      jwt,
      await importJWK({ ...jwk, y: point.subarray(33).toString('base64url') }, 'ES256'),
      { audience: service.origin },
    )
    expect(verified.payload.sub).toBe(`mailto:${server.ctx.config.mailFrom}`)
    expect(verified.payload.exp! - Date.now() / 1000).toBeLessThanOrEqual(86_400)
  })

  test('tells what is under a warning no more than the list does', async () => {
    const { read } = await subscribe()
    await bob.post('/api/v1/statuses', { status: '@alice the end', spoiler_text: 'A film' })
    await server.settle()
    expect(service.arrivals.map(read)).toMatchObject([{ notification_type: 'mention', body: 'A film' }])
  })

  test('stays small, however much is said', async () => {
    const { read } = await subscribe()
    await bob.post('/api/v1/statuses', { status: `@alice ${'😀'.repeat(400)}` })
    await server.settle()
    const [arrival] = service.arrivals
    expect(Array.from(read(arrival!).body as string)).toHaveLength(140)
    expect(arrival!.bytes.length).toBeLessThan(3072)
  })

  test('is sent for what the app asked for, and for no other', async () => {
    await subscribe({ data: { alerts: { mention: true } } })
    expect(await likedBy()).toEqual([])
    expect(await waitingJobs()).toEqual([])
  })

  test('tells those who moderate of reports and of whoever signs up, if they ask for that', async () => {
    const { db } = server.ctx
    const setRole = (role: string) =>
      db.updateTable('users').set({ role }).where('accountId', '=', alice.actor.id).execute()
    const { read } = await subscribe({ data: { alerts: { 'admin.report': true, 'admin.sign_up': true } } })
    await signUp(server, 'early')
    await setRole('moderator')
    const late = await signUp(server, 'late')
    await bob.post('/api/v1/reports', { account_id: late.actor.id, comment: 'Rude' })
    await server.settle()
    await setRole('member')
    const titles = service.arrivals.map((arrival) => String(read(arrival)['title']))
    expect(titles.toSorted()).toEqual(['bob submitted a report', 'late signed up'])
  })

  test.each([
    ['none', false, false],
    ['followed', false, false],
    ['follower', true, false],
    ['followed', true, true],
  ] as const)('is sent by the policy %s (followed: %s): %s', async (policy, isFollowed, isSent) => {
    await sql`delete from follows`.execute(server.ctx.db)
    if (isFollowed) await followDirectly()
    await subscribe({ policy })
    expect((await likedBy()).length > 0).toBe(isSent)
    await sql`delete from follows`.execute(server.ctx.db)
  })

  test('is not sent for what is set aside, nor of those who are muted or blocked', async () => {
    await subscribe()
    await sql`insert into notification_policies (account_id, for_not_following) values (${alice.actor.id}, 'filter')`.execute(
      server.ctx.db,
    )
    expect(await likedBy()).toEqual([])
    await sql`delete from notification_policies`.execute(server.ctx.db)
  })

  test('stops with its token, even for what waits', async () => {
    const { body } = await subscribe()
    service.serve('/push', (_request, response) => void response.writeHead(503).end())
    expect(await likedBy()).toHaveLength(1)
    const [waiting] = await waitingJobs()
    expect(waiting).toMatchObject({ subscriptionId: body.id, attempt: 1 })
    const { db, now } = server.ctx
    await db.transaction().execute((tx) => revokeTokensOf(tx, alice.actor.id, now()))
    service.arrivals.length = 0
    await sendPush(server.ctx, waiting!)
    expect(service.arrivals).toEqual([])
    const left = await sql`select from push_subscriptions where id = ${body.id}`.execute(db)
    expect(left.rows).toEqual([])
  })
})

async function followDirectly(): Promise<void> {
  await sql`insert into follows (id, follower_id, target_id, state)
    values (${server.ctx.newId()}, ${alice.actor.id}, ${bob.actor.id}, 'accepted')`.execute(server.ctx.db)
}

describe('A push service', () => {
  test.each([404, 410, 400, 403])('that answers %s hears no more', async (status) => {
    await subscribe()
    service.serve('/push', (_request, response) => void response.writeHead(status).end())
    expect(await likedBy()).toHaveLength(1)
    expect(await waitingJobs()).toEqual([])
    expect(await isThere()).toBe(false)
  })

  test.each([500, 429, 408])('that answers %s is asked five times more', async (status) => {
    await subscribe()
    service.serve('/push', (_request, response) => void response.writeHead(status).end())
    await likedBy()
    for (let attempt = 1; attempt <= 5; attempt++) {
      const [job, ...others] = await waitingJobs()
      expect([job?.attempt, others]).toEqual([attempt, []])
      await sql`delete from pgboss.job where name = 'push.due'`.execute(server.ctx.db)
      await sendPush(server.ctx, job!)
      expect(service.arrivals).toHaveLength(attempt + 1)
    }
    expect(await waitingJobs()).toEqual([])
    expect(await isThere()).toBe(true)
  })

  test('that cannot be reached is asked again', async () => {
    await subscribe({}, { endpoint: 'http://localhost:9/push' })
    expect(await likedBy()).toEqual([])
    expect(await waitingJobs()).toMatchObject([{ attempt: 1 }])
  })

  test('is asked once for each app, and each waits for itself', async () => {
    const first = await subscribe()
    token = await issueToken(server.ctx, alice.actor.id, ['push'])
    const second = await subscribe({}, { endpoint: endpoint('push2') })
    service.serve('/push', (_request, response) => void response.writeHead(500).end())
    await likedBy()
    expect(new Set(service.arrivals.map(({ url }) => url))).toEqual(new Set(['/push', '/push2']))
    expect(await waitingJobs()).toMatchObject([{ subscriptionId: first.body.id }])
    expect(second.body.id).not.toBe(first.body.id)
  })

  test('hears nothing two days late', async () => {
    await subscribe()
    service.serve('/push', (_request, response) => void response.writeHead(500).end())
    await likedBy()
    const [job] = await waitingJobs()
    service.arrivals.length = 0
    const later = { ...server.ctx, now: () => new Date(Date.now() + 49 * 3600_000) }
    await sendPush(later, job!)
    expect(service.arrivals).toEqual([])
  })
})
