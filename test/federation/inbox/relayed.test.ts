import { expect, test } from 'vitest'
import { transact } from '../../../src/db/transact.ts'
import { enqueueRelayed, takeHint } from '../../../src/federation/inbox/relayed.ts'
import { createTestContext } from '../../support/context.ts'
import { listJobs } from '../../support/people.ts'
import { use } from '../../support/use.ts'

const world = await use(createTestContext())

const named = async (name: string) =>
  (await listJobs(world.ctx.db)).filter((job) => job.name === name).map(({ data }) => data)

test('A post that several relays name is fetched once', async () => {
  const uri = 'https://away.example/notes/1'
  for (const relay of ['https://one.example', 'https://two.example'])
    await transact(world.ctx, (tx) => enqueueRelayed(tx, relay, uri))
  expect(await named('relay.carried')).toEqual([{ uri }])
})

test('A relay is heard for twenty posts a second, whatever it passes on, and others beside it', async () => {
  const by = 'https://busy.example/inbox'
  const began = performance.now()
  await Promise.all(
    Array.from({ length: 200 }, (_, index) => {
      const uri = `https://away.example/busy/${index}`
      return takeHint(world.ctx, { kind: 'hint', uri, relayed: { by, isNews: index % 2 === 0 } })
    }),
  )
  const seconds = (performance.now() - began) / 1000
  const [news, changes] = [await named('relay.carried'), await named('object.hinted')]
  const heard = [...news, ...changes].filter((data) => JSON.stringify(data).includes('/busy/'))
  expect(heard.length).toBeGreaterThanOrEqual(20)
  expect(heard.length).toBeLessThanOrEqual(20 * (1 + Math.ceil(seconds)))
  expect(heard.length).toBeLessThan(200)
  const uri = 'https://away.example/notes/2'
  await transact(world.ctx, (tx) => enqueueRelayed(tx, 'https://quiet.example', uri))
  expect(await named('relay.carried')).toContainEqual({ uri })
})

test('What nobody but its sender vouches for is looked at as a hint', async () => {
  const uri = 'https://away.example/notes/3'
  await takeHint(world.ctx, { kind: 'hint', uri })
  expect(await named('object.hinted')).toContainEqual({ uri })
})
