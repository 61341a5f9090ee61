import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect, type Connection } from '../../src/db/connect.ts'
import type { DeliveryState } from '../../src/db/schema.ts'
import { ensureInbox } from '../../src/store/hosts.ts'
import { createCommandLine, type CommandLine } from '../support/command-line.ts'
import { pino } from 'pino'

let holdfast: CommandLine
let database: Connection

const inboxes: Record<string, DeliveryState> = {
  'https://one.example/inbox': 'delivered',
  'https://two.example/inbox': 'dead',
  'https://two.example/users/x/inbox': 'refused',
  'https://three.example/inbox': 'pending',
  'https://four.example/inbox': 'expired',
}

beforeAll(async () => {
  holdfast = await createCommandLine()
  const { connectionString } = holdfast
  const { id: accountId } = await holdfast.json(
    ...['account', 'create', 'alice', '--email', 'a@mail.example', '--password', 'correct horse'],
  )
  database = await connect({
    connectionString,
    poolSize: 1,
    applicationName: 'test',
    log: pino({ level: 'warn' }),
  })
  const { db } = database
  await db.insertInto('outgoingActivities').values({ id: '7', accountId, body: '{}' }).execute()
  for (const [url, state] of Object.entries(inboxes)) {
    const inboxId = await ensureInbox(db, url)
    const { hostId } = await db
      .selectFrom('inboxes')
      .select('hostId')
      .where('id', '=', inboxId)
      .executeTakeFirstOrThrow()
    await db
      .insertInto('deliveries')
      .values({ activityId: '7', inboxId, hostId, state, due: new Date(), lastStatus: 500 })
      .execute()
  }
})
afterAll(async () => {
  await database.close()
  await holdfast.close()
})

test('Deliveries are counted, listed, and sent again on request', async () => {
  expect(await holdfast.json('deliveries')).toEqual({
    pending: 1,
    delivered: 1,
    refused: 1,
    expired: 1,
    dead: 1,
  })
  const listed = await holdfast.json('deliveries', 'list', '--host', 'two.example', '--state', 'dead')
  expect(listed).toEqual([
    {
      id: '7',
      inbox: 'https://two.example/inbox',
      host: 'two.example',
      state: 'dead',
      attempts: 0,
      last_status: 500,
      last_error: null,
      due: null,
    },
  ])
  expect(await holdfast.json('deliveries', 'list', '--id', '7', '--limit', '3')).toHaveLength(3)
  expect(await holdfast.json('deliveries', 'replay', '--state', 'dead')).toEqual({ replayed: 1 })
  expect(await holdfast.json('deliveries', 'replay', '--id', '7')).toEqual({ replayed: 2 })
  expect(await holdfast.json('deliveries', 'replay', '--host', 'one.example')).toEqual({ replayed: 0 })
  expect(await holdfast.json('deliveries')).toEqual({
    pending: 4,
    delivered: 1,
    refused: 0,
    expired: 0,
    dead: 0,
  })
})

test('What waits is shown by host, the longest queue first', async () => {
  await database.db
    .updateTable('deliveryLanes')
    .set({ failures: 3, failingSince: new Date('2026-11-20T12:00:00Z'), lastError: 'refused' })
    .where('hostId', '=', (eb) => eb.selectFrom('hosts').select('id').where('host', '=', 'two.example'))
    .execute()
  const hosts = await holdfast.json('deliveries', 'hosts')
  expect(hosts).toEqual([
    { host: 'two.example', pending: 2, failing_since: '2026-11-20T12:00:00.000Z', last_error: 'refused' },
    { host: 'four.example', pending: 1, failing_since: null, last_error: null },
  ])
})

test('People get a table', async () => {
  const counted = await holdfast.run('deliveries')
  expect(counted.stdout).toMatch(/^pending +4$/m)
  const { stdout } = await holdfast.run('deliveries', 'list', '--state', 'delivered')
  expect(stdout).toMatch(
    /^ID +STATE +ATTEMPTS +INBOX +LAST\n7 +delivered +0 +https:\/\/one\.example\/inbox +500\n$/,
  )
})

test('Nothing is sent again that nobody named', async () => {
  expect(await holdfast.run('deliveries', 'replay')).toMatchObject({ code: 2, stdout: '' })
})
