import { afterAll, beforeAll, expect, test } from 'vitest'
import { lockAccount } from '../../../src/domain/accounts/lock-account.ts'
import { findAccount } from '../../../src/store/actors.ts'
import { createTestContext, type TestContext } from '../../support/context.ts'
import { createMember, listJobs } from '../../support/people.ts'

let world: TestContext

beforeAll(async () => {
  world = await createTestContext()
})
afterAll(() => world.close())

test('Locking an account, and opening it again, is told to everybody', async () => {
  const { ctx } = world
  const alice = await createMember(ctx, 'alice')
  await lockAccount(ctx, alice, true)
  expect(await findAccount(ctx.db, 'alice')).toMatchObject({ locked: true })
  await lockAccount(ctx, (await findAccount(ctx.db, 'alice'))!, false)
  expect(await findAccount(ctx.db, 'alice')).toMatchObject({ locked: false })
  const told = { name: 'actor.updated', data: { accountId: alice.id } }
  // What one transaction enqueues has no order.
  const jobs = Map.groupBy(await listJobs(ctx.db), ({ name }) => name)
  expect(jobs.get('actor.updated')).toEqual([told, told])
  expect(jobs.get('account.opened')).toEqual([{ ...told, name: 'account.opened' }])
  expect(jobs.size).toBe(2)
})
