import { expect, test } from 'vitest'
import { createGatherer } from '../../src/lib/gather.ts'

function gatherer(maxSize?: number) {
  const loads: string[][] = []
  const ask = createGatherer<string>(async (keys) => {
    loads.push([...keys])
    if (keys.includes('broken')) throw new Error('It does not answer')
    return new Map(keys.filter((key) => key !== 'unknown').map((key) => [key, key.toUpperCase()]))
  }, maxSize)
  return { loads, ask }
}

test('What is asked in one turn is looked up together, each key once; nothing is remembered', async () => {
  const { loads, ask } = gatherer()
  const answers = await Promise.all(['a', 'b', 'a', 'unknown'].map(ask))
  expect(answers).toEqual(['A', 'B', 'A', undefined])
  expect(await ask('a')).toBe('A')
  expect(loads).toEqual([['a', 'b', 'unknown'], ['a']])
})

test('So many keys are looked up at once, and no more', async () => {
  const { loads, ask } = gatherer(2)
  expect(await Promise.all(['a', 'b', 'c'].map(ask))).toEqual(['A', 'B', 'C'])
  expect(loads).toEqual([['a', 'b'], ['c']])
})

test('Everybody who asked hears of a failure, and nobody who asks afterwards', async () => {
  const { ask } = gatherer()
  const both = await Promise.allSettled([ask('broken'), ask('a')])
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await ask('a')).toBe('A')
})
