import { describe, expect, test } from 'vitest'
import { transact } from '../../src/db/transact.ts'
import { getAccount } from '../../src/domain/accounts/get-account.ts'
import { describeRecovery } from '../../src/domain/recovery/describe-recovery.ts'
import { scheduleTurn } from '../../src/domain/recovery/schedule-turn.ts'
import { mastodon } from '../support/receivers/mastodon.ts'
import { Refused, type Kind, type Receiver } from '../support/receivers/receiver.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { comeBack, ledgerOf, loseHome } from './comebacks.ts'
import { startStage, type Stage } from './stage.ts'

const dayMs = 24 * 3600_000

/** It takes a Move, and nothing comes of it. */
const idle: Kind = { ...mastodon, name: 'Idle', acts: {} }

const movesTo = ({ arrivals }: Receiver) =>
  arrivals
    .filter(({ activity }) => activity['type'] === 'Move')
    .map(({ path, activity }) => ({ path, id: String(activity['id']) }))

async function takeTurn(stage: Stage, haven: TestServer, id: string): Promise<void> {
  await transact(haven.ctx, (tx) => scheduleTurn(tx, id, tx.now()))
  await stage.settle(haven)
}

async function lookAt({ ctx }: TestServer, id: string) {
  return (await describeRecovery(ctx, await getAccount(ctx, 'alice'), id)).recovery
}

describe.each([
  { by: 'with the key', withKey: true },
  { by: 'with letters', withKey: false },
])('Sweeps $by', ({ withKey }) => {
  test(
    'after 8 and 30 days tell those again who have not come, and nobody else; then it is over',
    { timeout: 180_000 },
    async () => {
      let days = 0
      const now = () => Date.now() + days * dayMs
      await using stage = await startStage({ only: [mastodon, idle], now })
      await using haven = await startServer({ parts: { now: () => new Date(now()) } })
      const { kit } = await loseHome(stage, haven, { withKey })
      const id = await comeBack(stage, haven, kit)
      expect(await ledgerOf(stage, haven, id)).toEqual({ 'Mastodon 4.5': 'move followed', Idle: 'move told' })
      const personal = '/users/fan/inbox'
      const wanted = ['/inbox']
      const steps = [
        { at: 7, sweep: 0 },
        { at: 8.1, sweep: 1 },
        { at: 29, sweep: 1 },
        { at: 30.1, sweep: 2 },
        { at: 44.1, sweep: 2 },
      ]
      for (const { at, sweep } of steps) {
        days = at
        if (sweep === wanted.length) wanted.push(personal)
        for (let turn = 0; turn < 2; turn++) await takeTurn(stage, haven, id)
        expect(movesTo(stage.of('Idle')).map(({ path }) => path)).toEqual(wanted)
        expect(movesTo(stage.of('Mastodon 4.5'))).toHaveLength(1)
        expect(await lookAt(haven, id)).toMatchObject({ sweep })
      }
      expect(await lookAt(haven, id)).toMatchObject({ state: 'done', turnAt: null })
      // Receivers pass over what they know; a letter stays what it was when it was signed.
      const ids = new Set(movesTo(stage.of('Idle')).map((move) => move.id))
      expect(ids.size).toBe(withKey ? 3 : 1)
      expect(await ledgerOf(stage, haven, id)).toEqual({ 'Mastodon 4.5': 'move followed', Idle: 'move told' })
    },
  )
})

/** It wants no Move in its shared inbox, or in any. */
function refusing(status: number, isAnywhere = false): Kind {
  return {
    ...idle,
    name: `${status}${isAnywhere ? ' anywhere' : ''}`,
    believe: async (receiver, request) => {
      if (request.activity['type'] === 'Move' && (isAnywhere || request.url === '/inbox'))
        throw new Refused(status, 'not here')
      return idle.believe(receiver, request)
    },
  }
}

test('Where a shared inbox refuses, the follower’s own is tried, once', { timeout: 120_000 }, async () => {
  const only = [refusing(401), refusing(403), refusing(404), refusing(403, true)]
  await using stage = await startStage({ only })
  await using haven = await startServer()
  const { kit } = await loseHome(stage, haven, { withKey: true })
  const id = await comeBack(stage, haven, kit)
  for (let turn = 0; turn < 3; turn++) await takeTurn(stage, haven, id)
  const pathsAt = (name: string) => new Set(movesTo(stage.of(name)).map(({ path }) => path))
  for (const { name } of only) expect(pathsAt(name)).toEqual(new Set(['/inbox', '/users/fan/inbox']))
  const own = movesTo(stage.of('404')).filter(({ path }) => path !== '/inbox')
  expect(own).toHaveLength(1)
  const ledger = await ledgerOf(stage, haven, id)
  expect(ledger).toMatchObject({ '401': 'move told', '403': 'move told', '404': 'move told' })
  // It may pass: such a refusal is tried again for days before it counts.
  expect(ledger['403 anywhere']).toBe('move waiting')
  const refused = movesTo(stage.of('403 anywhere')).filter(({ path }) => path !== '/inbox')
  expect(new Set(refused.map((move) => move.id)).size).toBe(1)
})
