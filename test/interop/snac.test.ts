import { afterAll, beforeAll, test } from 'vitest'
import { startInstance } from '../support/instance.ts'
import { describeWith } from '../support/parts.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { startSnac } from '../support/snac.ts'
import { getSnac } from '../support/snac-package.ts'
import { exchange, ourChanges, partings, theirChanges } from './exchange.ts'
import type { World } from './exchange.ts'
import { makeOurParticipant } from './ours.ts'
import { snacAsParticipant } from './strangers.ts'
import { ordeals } from './survival.ts'

await describeWith('snac2', 'with snac2', () => {
  const belongings = new AsyncDisposableStack()
  let world: World

  beforeAll(async () => {
    const database = await createTestDatabase()
    belongings.defer(database.drop)
    const snac = belongings.use(await startSnac({ root: await getSnac() }))
    const env = { DATABASE_URL: database.connectionString }
    const instance = belongings.use(await startInstance({ env }))
    const ours = await makeOurParticipant(instance, 'alice')
    world = { instance, ours, theirs: snacAsParticipant(await snac.addUser('bob'), snac) }
  }, 120_000)
  afterAll(() => belongings.disposeAsync(), 60_000)

  // snac2 drops what it cannot connect for, so our absence is tried where a proxy stands before us: in the bed.
  const steps = [...exchange, ...ourChanges, ...theirChanges, ...ordeals, ...partings]
  for (const step of steps) test(step.name, () => step.run(world), 120_000)
})
