import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { transact } from '../../src/db/transact.ts'
import { openRecovery } from '../../src/domain/recovery/open-recovery.ts'
import { sweepRecoveryFiles } from '../../src/domain/recovery/sweep-files.ts'
import { tidy } from '../../src/jobs/upkeep.ts'
import { updateRecovery } from '../../src/store/recoveries.ts'
import { createTestContext, type TestContext } from '../support/context.ts'
import { createMember } from '../support/people.ts'
import { startServer } from '../support/server.ts'
import { createToldRecovery } from '../support/told-recovery.ts'
import { bytesOf, makeKit, passphrase } from './comebacks.ts'

let haven: TestContext
let kit: string[]
beforeAll(async () => {
  haven = await createTestContext()
  await using home = await startServer()
  kit = await makeKit(home.ctx, await createMember(home.ctx, 'alice'), { withKey: true })
}, 60_000)
afterAll(() => haven?.close())

const root = () => join(haven.ctx.config.dataDir, 'recoveries')

async function open(username: string) {
  const account = await createMember(haven.ctx, username)
  return { account, id: (await openRecovery(haven.ctx, account, bytesOf(kit), passphrase)).id }
}

/** Files that came in a kit, as a recovery in that state has them. */
async function restore(username: string, state: string): Promise<string> {
  const { ctx } = haven
  const { id } = await createToldRecovery(ctx, await createMember(ctx, username), [], true)
  await transact(ctx, (tx) => updateRecovery(tx.db, id, { state }))
  await mkdir(join(root(), `${id}-files`))
  await writeFile(join(root(), `${id}-files`, 'picture'), 'x')
  return id
}

async function age(hours: number): Promise<void> {
  const then = new Date(Date.now() - hours * 3600_000)
  for (const name of await readdir(root())) await utimes(join(root(), name), then, then)
}

test('What no recovery needs goes after a day: strays, what has ended, what was an erased account’s', async () => {
  const { ctx } = haven
  await sweepRecoveryFiles(ctx)
  const kept = await open('kept')
  const erased = await open('erased')
  await ctx.db
    .updateTable('accounts')
    .set({ deletedAt: ctx.now() })
    .where('id', '=', erased.account.id)
    .execute()
  const telling = await restore('telling', 'telling')
  await restore('done', 'done')
  await restore('stopped', 'stopped')
  await writeFile(join(root(), '1.kit'), 'x')
  await mkdir(join(root(), '2-files'))
  const all = (await readdir(root())).toSorted()
  expect(all).toHaveLength(7)

  await age(23)
  await sweepRecoveryFiles(ctx)
  expect((await readdir(root())).toSorted()).toEqual(all)

  await age(25)
  await writeFile(join(root(), '3.kit'), 'x')
  await tidy(ctx, new AbortController().signal)
  const left = [`${kept.id}.kit`, `${telling}-files`, '3.kit'].toSorted()
  expect((await readdir(root())).toSorted()).toEqual(left)
})
