import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { transact } from '../../src/db/transact.ts'
import { enqueue } from '../../src/store/jobs.ts'
import { startServer } from '../support/server.ts'
import { until } from '../support/until.ts'

it('Jobs that come in a crowd are worked on one after the other, without a pause between them', async () => {
  await using server = await startServer()
  const { ctx } = server
  await transact(ctx, async (tx) => {
    for (let number = 1; number <= 40; number++)
      await enqueue(tx, 'host.met', { host: `localhost:${number}` })
  })
  const done = async () => {
    const { rows } = await sql<{ done: string }>`
      select count(*) as done from pgboss.job where name = 'host.met' and state = 'completed'`.execute(ctx.db)
    return Number(rows[0]?.done)
  }
  // Less than a worker waits that has nothing to do.
  await until('all to be done', async () => (await done()) === 40, { seconds: 14 })
  expect(await done()).toBe(40)
})
