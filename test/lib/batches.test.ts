import { expect, test } from 'vitest'
import { createBatches } from '../../src/lib/batches.ts'

function recordBatches(maxSize: number, refused: readonly string[] = []) {
  const runs: string[][] = []
  const batches = createBatches<string>(
    async (items) => {
      runs.push([...items])
      const found = items.find((item) => refused.includes(item))
      if (found !== undefined) throw new Error(`refused ${found}`)
    },
    { maxSize, parallel: 1 },
  )
  return { batches, runs }
}

test('what is added in one turn is done together, up to the largest size', async () => {
  const { batches, runs } = recordBatches(2)
  await Promise.all(['a', 'b', 'c'].map((item) => batches.add(item)))
  expect(runs).toEqual([['a', 'b'], ['c']])
})

test('what comes while a batch is under way waits for the next', async () => {
  const runs: string[][] = []
  const first = Promise.withResolvers<void>()
  const batches = createBatches<string>(
    async (items) => {
      runs.push([...items])
      if (runs.length > 1) return
      others.push(batches.add('b'), batches.add('c'))
      await first.promise
    },
    { maxSize: 10, parallel: 1 },
  )
  const others: Promise<void>[] = []
  const added = batches.add('a')
  first.resolve()
  await added
  await Promise.all(others)
  expect(runs).toEqual([['a'], ['b', 'c']])
})

test('it goes on after a pause', async () => {
  const { batches, runs } = recordBatches(10)
  await batches.add('a')
  await batches.add('b')
  expect(runs).toEqual([['a'], ['b']])
})

test('one that fails takes nobody along', async () => {
  const { batches, runs } = recordBatches(10, ['b'])
  const results = await Promise.allSettled(['a', 'b', 'c'].map((item) => batches.add(item)))
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(results[1]).toMatchObject({ reason: new Error('refused b') })
  expect(runs).toEqual([['a', 'b', 'c'], ['a'], ['b'], ['c']])
})
