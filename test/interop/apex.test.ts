import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startApex } from '../support/apex.ts'
import type { ApexServer } from '../support/apex.ts'
import { startInstance } from '../support/instance.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { exchange, mentions, ourChanges, partings } from './exchange.ts'
import type { World } from './exchange.ts'
import { makeOurParticipant } from './ours.ts'
import { apexAsParticipant } from './strangers.ts'
import { absence, ordeals } from './survival.ts'

describe('with a server on activitypub-express', { timeout: 120_000 }, () => {
  const belongings = new AsyncDisposableStack()
  let apex: ApexServer
  let world: World

  beforeAll(async () => {
    vi.spyOn(console, 'log').mockReturnValue() // The library talks there.
    const database = await createTestDatabase()
    belongings.defer(database.drop)
    apex = belongings.use(await startApex())
    const env = { DATABASE_URL: database.connectionString }
    const instance = belongings.use(await startInstance({ env }))
    const ours = await makeOurParticipant(instance, 'alice')
    world = { instance, ours, theirs: apexAsParticipant(await apex.createActor('bob'), apex) }
  }, 120_000)
  afterAll(() => belongings.disposeAsync(), 60_000)

  const steps = [...exchange, ...mentions, ...ourChanges, ...ordeals, absence, ...partings]
  for (const step of steps) test(step.name, () => step.run(world))

  test('we speak in contexts that every server knows', () => {
    expect(apex.unknownContexts()).toEqual([])
  })
})
