import { beforeAll, expect, test } from 'vitest'
import { join } from 'node:path'
import { runInBed } from '../support/bed.ts'
import { describeWith, whyMissing } from '../support/parts.ts'
import { obtainSnac } from '../support/snac-package.ts'
import { GUARDED, inTurn, together } from './bed-plan.ts'
import type { Outcome, Stranger } from './bed-plan.ts'

let played: Promise<Outcome[]> | undefined

async function play(): Promise<Outcome[]> {
  const snac = await obtainSnac()
  return runInBed(join(import.meta.dirname, 'bed-scenario.ts'), ...('root' in snac ? [snac.root] : []))
}

function testOutcomes(stranger: Stranger, steps: readonly string[]): void {
  let outcomes: readonly Outcome[]
  beforeAll(async () => {
    outcomes = await (played ??= play())
  }, 900_000)
  for (const step of steps)
    test(step, () => {
      const outcome = outcomes.find((one) => one.stranger === stranger && one.step === step)
      expect(outcome).toEqual({ stranger, step, error: null })
    })
}

const namesOf = (stranger: Stranger) => [...together[stranger], ...inTurn].map(({ name }) => name)

await describeWith('namespaces', 'as in production, with activitypub-express', () => {
  testOutcomes('activitypub-express', [GUARDED, ...namesOf('activitypub-express')])
})

// That needs both parts: the first that is missing is the one that counts.
await describeWith(
  (await whyMissing('namespaces')) ? 'namespaces' : 'snac2',
  'as in production, with snac2',
  () => {
    testOutcomes('snac2', namesOf('snac2'))
  },
)
