import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Context } from '../../../src/context.ts'
import { digestToken } from '../../../src/domain/auth/digest-token.ts'
import { issueToken } from '../../../src/domain/auth/issue-token.ts'
import { notify } from '../../../src/domain/notifications/notify.ts'
import { sendPush } from '../../../src/domain/push/send-push.ts'
import { bearerOf, subscribeToPush } from '../../../src/domain/push/subscribe.ts'
import { transact } from '../../../src/db/transact.ts'
import type { Actor } from '../../../src/store/actors.ts'
import { findPushSubscription } from '../../../src/store/push-subscriptions.ts'
import { findTokenByDigest } from '../../../src/store/tokens.ts'
import { createTestContext, type TestContext } from '../../support/context.ts'
import { createMember, createStranger, listJobs } from '../../support/people.ts'
import { makePushKeys } from '../../support/push.ts'

let context: TestContext
let ctx: Context
let alice: Actor
let bearer: string
let tokenId: string

beforeAll(async () => {
  context = await createTestContext()
  ctx = context.ctx
  alice = await createMember(ctx, 'alice')
  bearer = await issueToken(ctx, alice.id, ['push'])
  tokenId = (await findTokenByDigest(ctx.db, digestToken(bearer)))!.id
})
afterAll(() => context?.close())

const subscribe = (endpoint: string) =>
  subscribeToPush(ctx, {
    ...{ tokenId, accountId: alice.id, bearer, endpoint, keys: makePushKeys().keys },
    ...{ standard: true, alerts: ['follow'], policy: 'all' },
  })

async function pushesAbout(username: string) {
  const { id: fromId } = await createStranger(ctx, username)
  const before = (await listJobs(ctx.db)).length
  await transact(ctx, (tx) => notify(tx, { accountId: alice.id, type: 'follow', fromId }))
  return (await listJobs(ctx.db)).slice(before).filter(({ name }) => name === 'push.due')
}

test.each([
  'http://push.example/x',
  'https://127.0.0.1/x',
  'https://[::1]/x',
  'https://10.1.2.3/x',
  'https://169.254.169.254/latest',
  'https://0x7f.1/x',
  'https://localhost/x',
  'https://push.internal/x',
  'https://push.example:5432/x',
  'ftp://push.example/x',
  'file:///etc/passwd',
])('Nothing is sent to %s', async (endpoint) => {
  await expect(subscribe(endpoint)).rejects.toMatchObject({ code: 'invalid' })
  expect(await findPushSubscription(ctx.db, tokenId)).toBeUndefined()
})

test('Without a subscription nobody is told by push, and a subscription is told once', async () => {
  expect(await pushesAbout('one')).toEqual([])
  const { id } = await subscribe('https://push.example/x')
  const pushes = await pushesAbout('two')
  expect(pushes).toMatchObject([{ data: { subscriptionId: id, attempt: 0 } }])
  expect(await pushesAbout('two')).toEqual([])
})

test('The token is kept where only the root secret opens it', async () => {
  const row = await subscribe('https://push.example/x')
  expect(row.sealedToken.includes(Buffer.from(bearer))).toBe(false)
  expect(bearerOf(ctx, row)).toBe(bearer)
  expect(() => bearerOf(ctx, { ...row, tokenId: '1' })).toThrow()
})

test('Where a name leads is judged when something is sent', async () => {
  const connections: number[] = []
  const listener = createServer((socket) => {
    connections.push(socket.remotePort ?? 0)
    socket.destroy()
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const { port } = listener.address() as AddressInfo
  const { id } = await subscribe('https://push.example/x')
  await sql`update push_subscriptions set endpoint = ${`https://127.0.0.1:${port}/x`}`.execute(ctx.db)
  const [push] = await pushesAbout('three')
  await sendPush(ctx, push!.data as never)
  expect(connections).toEqual([])
  expect(await findPushSubscription(ctx.db, tokenId)).toBeUndefined()
  expect(push).toMatchObject({ data: { subscriptionId: id } })
  await new Promise((resolve) => listener.close(resolve))
})

test('Whoever is blocked or muted meanwhile is not told of', async () => {
  const sent: string[] = []
  const counting = {
    ...ctx,
    fetch: (async (url: string | URL) => {
      sent.push(String(url))
      return { status: 201 }
    }) as unknown as Context['fetch'],
  }
  await subscribe('https://push.example/x')
  const [shown] = await pushesAbout('four')
  await sendPush(counting, shown!.data as never)
  expect(sent).toEqual(['https://push.example/x'])
  const [blocked] = await pushesAbout('five')
  const { id: five } = await createStranger(ctx, 'five')
  await sql`insert into mutes (id, account_id, target_id, hides_notifications)
    values (${ctx.newId()}, ${alice.id}, ${five}, true)`.execute(ctx.db)
  await sendPush(counting, blocked!.data as never)
  expect(sent).toHaveLength(1)
})
