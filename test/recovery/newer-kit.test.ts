import { afterAll, beforeAll, expect, test } from 'vitest'
import { muteActor } from '../../src/domain/mutes/mute-actor.ts'
import { openRecovery } from '../../src/domain/recovery/open-recovery.ts'
import { restoreKit } from '../../src/domain/recovery/restore-kit.ts'
import { startRecovery } from '../../src/domain/recovery/start-recovery.ts'
import { createPost } from '../../src/domain/statuses/create-post.ts'
import { findRecovery } from '../../src/store/recoveries.ts'
import { countItems } from '../../src/store/recovery-items.ts'
import { createTestContext, type TestContext } from '../support/context.ts'
import { createMember } from '../support/people.ts'
import { startServer } from '../support/server.ts'
import { bytesOf, makeKit, passphrase } from './comebacks.ts'

let haven: TestContext
let older: string[]
let newer: string[]

beforeAll(async () => {
  haven = await createTestContext()
  let now = new Date()
  await using home = await startServer({ parts: { now: () => now } })
  const alice = await createMember(home.ctx, 'alice')
  await createPost(home.ctx, alice, { text: 'One', visibility: 'public' })
  older = await makeKit(home.ctx, alice, { withKey: true })
  now = new Date(now.getTime() + 86_400_000)
  const bo = await createMember(home.ctx, 'bo')
  await muteActor(home.ctx, alice, bo, { hidesNotifications: true, seconds: 0 })
  await createPost(home.ctx, alice, { text: 'Two', visibility: 'public' })
  newer = await makeKit(home.ctx, alice, { withKey: true })
}, 120_000)
afterAll(() => haven?.close())

test('What stands elsewhere in a newer kit is restored from there, and what is in both once', async () => {
  const { ctx } = haven
  const alice = await createMember(ctx, 'alice')
  const read = async (kit: readonly string[]) => {
    const opened = await openRecovery(ctx, alice, bytesOf(kit), passphrase)
    const id = await startRecovery(ctx, alice, opened.id)
    await restoreKit(ctx, alice, (await findRecovery(ctx.db, id))!)
    return (await countItems(ctx.db, id)).map(({ kind, count }) => [kind, count])
  }
  expect(await read(older)).toEqual([['post', 1]])
  const both = [
    ['mute', 1],
    ['post', 2],
  ]
  expect(await read(newer)).toEqual(both)
  expect(await read(newer)).toEqual(both)
})
