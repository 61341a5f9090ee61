import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadConfig } from '../../../src/config.ts'
import type { Context } from '../../../src/context.ts'
import { ensureInstance } from '../../../src/domain/instance/ensure-instance.ts'
import { OperatorError } from '../../../src/lib/errors.ts'
import { createKeyring } from '../../../src/lib/keyring.ts'
import { findInstance, markFederated } from '../../../src/store/instance.ts'
import { createTestContext, type TestContext } from '../../support/context.ts'

let world: TestContext
beforeAll(async () => void (world = await createTestContext()))
afterAll(() => world.close())

const under = (origin: string): Context => ({ ...world.ctx, config: loadConfig({ ORIGIN: origin }) })

test('The origin may change until another server has dealt with us, and then no more', async () => {
  await ensureInstance(under('https://trial.example'))
  expect(await findInstance(world.ctx.db)).toMatchObject({ origin: 'https://trial.example' })

  await markFederated(world.ctx.db, new Date())
  await ensureInstance(under('https://trial.example'))
  const moved = ensureInstance(under('https://other.example'))
  await expect(moved).rejects.toThrow(OperatorError)
  await expect(moved).rejects.toThrow(/https:\/\/trial\.example.*holdfast evacuate/)
  expect(await findInstance(world.ctx.db)).toMatchObject({ origin: 'https://trial.example' })
})

test('A root secret that does not open the keys stops the start in one sentence', async () => {
  const stranger = { ...under('https://trial.example'), keyring: createKeyring(Buffer.alloc(32, 9)) }
  await expect(ensureInstance(stranger)).rejects.toThrow(/root secret .* does not open the keys/)
})
