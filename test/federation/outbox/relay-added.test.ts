import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { transact } from '../../../src/db/transact.ts'
import { addRelay } from '../../../src/domain/relays/add-relay.ts'
import { removeRelay } from '../../../src/domain/relays/remove-relay.ts'
import { sendRelayAdded } from '../../../src/federation/outbox/relay-added.ts'
import { startServer } from '../../support/server.ts'
import { use } from '../../support/use.ts'

const server = await use(startServer())
const ctx = server.ctx

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
    await sendRelayAdded(tx, { relayId }, first)
    const taken = ctx.db.selectFrom('relays').select('id').where('id', '=', relayId).forUpdate().noWait()
    await expect(taken.execute()).rejects.toMatchObject({ code: '55P03' })
  })
  expect(await countSent(first)).toBe(1)
  await removeRelay(ctx, uri)
  await sendRelayAdded(ctx, { relayId }, second)
  expect(await countSent(second)).toBe(0)
})
