import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createIdGenerator, firstIdAt, isId, momentOfId, nodeCount } from '../../src/lib/ids.ts'

const start = Date.UTC(2026, 10, 21)

/** Whether each is greater than the one before. */
function grows(ids: readonly string[]): boolean {
  return ids.every((id, index) => index === 0 || BigInt(id) > BigInt(ids[index - 1] ?? ''))
}

test('Ids grow and never come twice, however fast they are asked for', () => {
  const newId = createIdGenerator(0)
  const ids = Array.from({ length: 20_000 }, () => newId())
  expect(grows(ids)).toBe(true)
})

test('Ids grow whatever the clock does', () => {
  const jumps = fc.array(fc.integer({ min: -100_000, max: 100_000 }), { minLength: 2, maxLength: 50 })
  fc.assert(
    fc.property(jumps, fc.integer({ min: 1, max: 2000 }), (deltas, burst) => {
      let clock = start
      const newId = createIdGenerator(3, () => clock)
      const ids = deltas.flatMap((delta) => {
        clock = Math.max(0, clock + delta)
        return Array.from({ length: burst }, () => newId())
      })
      expect(grows(ids)).toBe(true)
    }),
    { numRuns: 30 },
  )
})

test('Two processes never make the same id', () => {
  const all = Array.from({ length: nodeCount }, (_, node) => createIdGenerator(node, () => start))
  const ids = all.flatMap((newId) => Array.from({ length: 1024 }, () => newId()))
  expect(new Set(ids).size).toBe(nodeCount * 1024)
})

test('An id tells its moment, and sorts after everything before it', () => {
  const id = createIdGenerator(63, () => start)()
  expect(momentOfId(id)).toEqual(new Date(start))
  expect(BigInt(id)).toBeGreaterThanOrEqual(BigInt(firstIdAt(new Date(start))))
  expect(BigInt(id)).toBeLessThan(BigInt(firstIdAt(new Date(start + 1))))
})

test('An id for an earlier moment is of that moment, and leaves the others as they are', () => {
  const newId = createIdGenerator(0, () => start)
  const first = newId()
  const earlier = new Date(Date.UTC(2020, 1, 1, 12, 0, 0, 123))
  expect(momentOfId(newId(earlier))).toEqual(earlier)
  expect(grows([first, newId()])).toBe(true)
})

test('Ids of one busy second, told in whole seconds, are spread over it', () => {
  const newId = createIdGenerator(0)
  const second = new Date(Date.UTC(2020, 1, 1))
  const ids = Array.from({ length: 1000 }, () => newId(second))
  expect(new Set(ids.map((id) => Math.floor(momentOfId(id).getTime() / 1000)))).toEqual(
    new Set([second.getTime() / 1000]),
  )
  expect(new Set(ids).size).toBeGreaterThan(990)
})

test('A moment before 1970 still gives an id', () => {
  expect(isId(createIdGenerator(0)(new Date(-1)))).toBe(true)
})

test('Every id made is one', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date(0), max: new Date('2200-01-01'), noInvalidDate: true }), (moment) => {
      expect(isId(createIdGenerator(0)(moment))).toBe(true)
    }),
  )
})

test.each([
  '0',
  '01',
  '-1',
  '1.5',
  '1e3',
  '',
  ' 1',
  '1\n',
  '9223372036854775808',
  '99999999999999999999',
  'x',
])('%j is no id', (value) => {
  expect(isId(value)).toBe(false)
})

test('The greatest number that PostgreSQL keeps is an id', () => {
  expect(isId('9223372036854775807')).toBe(true)
})
