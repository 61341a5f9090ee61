import { afterAll, beforeAll, expect, test } from 'vitest'
import { leaveNotice } from '../../src/db/notices.ts'
import { transact } from '../../src/db/transact.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { until } from '../support/until.ts'

let server: TestServer
const heard: string[] = []

beforeAll(async () => {
  server = await startServer()
  await server.app.session.listen('test.notices', (payload) => void heard.push(payload ?? 'gap'))
})
afterAll(() => server?.[Symbol.asyncDispose]())

const say = (values: readonly unknown[]) =>
  transact(server.ctx, async (tx) => {
    for (const value of values) leaveNotice(tx.db, 'test.notices', value)
  })

test('What a transaction says is said when it commits, together, and nothing of one that does not', async () => {
  await expect(
    transact(server.ctx, async (tx) => {
      leaveNotice(tx.db, 'test.notices', 'never')
      throw new Error('Changed our mind')
    }),
  ).rejects.toThrow('Changed our mind')
  await transact(server.ctx, async (tx) => {
    await transact(tx, async (inner) => leaveNotice(inner.db, 'test.notices', { id: '1' }))
    leaveNotice(tx.db, 'test.notices', 'two')
  })
  await until('a notice', () => heard.length > 0)
  expect(heard.splice(0)).toEqual(['[{"id":"1"},"two"]'])
})

test('However much is said, each payload is one that PostgreSQL takes, and there is an end', async () => {
  const values = Array.from({ length: 6000 }, (_, n) => `é${n}`)
  await say(['x'.repeat(8000), ...values])
  await say(['last'])
  await until('the last', () => heard.at(-1) === '["last"]')
  const payloads = heard.splice(0)
  expect(Math.max(...payloads.map((payload) => Buffer.byteLength(payload)))).toBeLessThan(8000)
  expect(payloads.flatMap((payload) => JSON.parse(payload) as unknown[])).toEqual([
    ...values.slice(0, 5000),
    'last',
  ])
})
