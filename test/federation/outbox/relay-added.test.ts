import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Context } from '../../../src/context.ts'
import { transact } from '../../../src/db/transact.ts'
import { addRelay } from '../../../src/domain/relays/add-relay.ts'
import { removeRelay } from '../../../src/domain/relays/remove-relay.ts'
import { sendRelayAdded } from '../../../src/federation/outbox/relay-added.ts'
import { startServer, type TestServer } from '../../support/server.ts'

let server: TestServer
let ctx: Context
beforeAll(async () => {
  server = await startServer()
  ctx = server.ctx
})
afterAll(() => server[Symbol.asyncDispose]())

const uri = 'https://relay.example/inbox'
const countSent = async (jobId: string) => {
  const rows = await ctx.db.selectFrom('outgoingActivities').select('id').where('jobId', '=', jobId).execute()
  return rows.length
}

test('A relay is not removed while it is being asked, and not asked once it is removed', async () => {
  const { id: relayId } = await addRelay(ctx, uri, 'mastodon')
  await server.settle()
  const [first, second] = [randomUUID(), randomUUID()]
  await transact(ctx, async (tx) => {
    await sendRelayAdded(tx, first, { relayId })
    const taken = ctx.db.selectFrom('relays').select('id').where('id', '=', relayId).forUpdate().noWait()
    await expect(taken.execute()).rejects.toMatchObject({ code: '55P03' })
  })
  expect(await countSent(first)).toBe(1)
  await removeRelay(ctx, uri)
  await sendRelayAdded(ctx, second, { relayId })
  expect(await countSent(second)).toBe(0)
})
