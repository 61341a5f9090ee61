import { expect, test } from 'vitest'
import { followChains, type Link } from '../../src/lib/follow-chains.ts'

const follow = (links: Record<string, Link<string>>) =>
  Object.fromEntries(followChains(new Map(Object.entries(links))))

test('Each place has the first value on its way', () => {
  expect(
    follow({ a: { next: 'b' }, b: { next: 'c' }, c: { value: 'C' }, d: { value: 'D', next: 'c' } }),
  ).toEqual({
    ...{ a: 'C', b: 'C', c: 'C', d: 'D' },
  })
})

test('What leads nowhere, or round, has nothing', () => {
  expect(
    follow({ a: { next: 'b' }, b: { next: 'a' }, c: { next: 'a' }, d: { next: 'unknown' }, e: {} }),
  ).toEqual({})
})

test('A ring that has a value has it for all who lead there', () => {
  expect(follow({ a: { next: 'b' }, b: { next: 'c' }, c: { value: 'C', next: 'a' } })).toEqual({
    ...{ a: 'C', b: 'C', c: 'C' },
  })
})

test('A chain of a hundred thousand is gone along once', () => {
  const links = Array.from({ length: 100_000 }, (_, n) => [`${n}`, { next: `${n + 1}` }] as const)
  const found = followChains(new Map<string, Link<string>>([...links, ['100000', { value: 'end' }]]))
  expect([found.size, found.get('0')]).toEqual([100_001, 'end'])
})
