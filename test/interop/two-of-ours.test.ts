import { afterAll, beforeAll, describe, test } from 'vitest'
import { startInstance } from '../support/instance.ts'
import { exchange, mentions, ourChanges, partings, theirChanges } from './exchange.ts'
import type { World } from './exchange.ts'
import { makeOurParticipant } from './ours.ts'
import { ordeals } from './survival.ts'

describe('between two instances of ours', { timeout: 120_000 }, () => {
  const belongings = new AsyncDisposableStack()
  let world: World

  beforeAll(async () => {
    const [here, there] = await Promise.all([startInstance(), startInstance()])
    belongings.use(here)
    belongings.use(there)
    const ours = await makeOurParticipant(here, 'alice')
    const theirs = await makeOurParticipant(there, 'bob')
    world = { instance: here, ours, theirs }
  }, 120_000)
  afterAll(() => belongings.disposeAsync(), 60_000)

  const steps = [...exchange, ...mentions, ...ourChanges, ...theirChanges, ...ordeals, ...partings]
  for (const step of steps) test(step.name, () => step.run(world))
})
