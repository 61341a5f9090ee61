import { describe, expect, test } from 'vitest'
import { Postponed, takeTurn, Turns } from '../../src/lib/turns.ts'

let time = 0
const limits = { untried: 2, quick: 3, slow: 1 }
const makeTurns = (given = limits) => new Turns(given, () => time)

/** How long a turn must be waited for; 0 for one that was taken. */
function attempt(turns: Turns, ...keys: string[]): { ms: number; end: () => void } {
  try {
    const turn = takeTurn(...keys.map((key) => [turns, key] as const))
    return { ms: 0, end: () => turn[Symbol.dispose]() }
  } catch (error) {
    if (!(error instanceof Postponed)) throw error
    return { ms: error.ms, end: () => undefined }
  }
}

const takeAll = (turns: Turns, key: string, count: number) =>
  Array.from({ length: count }, () => attempt(turns, key))

describe('Turns', () => {
  test('are few for what nobody knows, and put back one after the other', () => {
    const turns = makeTurns()
    expect(takeAll(turns, 'a', 5).map(({ ms }) => ms)).toEqual([0, 0, 500, 1000, 1500])
    expect(attempt(turns, 'b').ms).toBe(0)
  })

  test('are more for what is quick', () => {
    const turns = makeTurns()
    const first = attempt(turns, 'a')
    time += 90
    first.end()
    expect(takeAll(turns, 'a', 5).map(({ ms }) => ms)).toEqual([0, 0, 0, 30, 60])
  })

  test('are one for what is slow, until it is quick again', () => {
    const turns = makeTurns()
    const [first, second] = takeAll(turns, 'a', 2)
    time += 10_000
    first!.end()
    expect(attempt(turns, 'a').ms).toBe(5000)
    second!.end()
    const [third, ...others] = takeAll(turns, 'a', 3)
    expect([third!.ms, ...others.map(({ ms }) => ms)]).toEqual([0, 10_000, 15_000])
    third!.end()
    third!.end()
    expect(takeAll(turns, 'a', 4).map(({ ms }) => ms > 0)).toEqual([false, false, false, true])
  })

  test('are one as soon as what is under way has taken long', () => {
    const turns = makeTurns()
    takeAll(turns, 'a', 1)
    expect(attempt(turns, 'a').ms).toBe(0)
    time += 2001
    expect(attempt(turns, 'a').ms).toBeGreaterThan(0)
  })

  test('are waited for a quarter of an hour at most', () => {
    const turns = makeTurns({ untried: 1, quick: 1, slow: 1 })
    expect(takeAll(turns, 'a', 2000).at(-1)!.ms).toBe(15 * 60_000)
  })

  test('are taken with all keys or with none', () => {
    const turns = makeTurns({ untried: 1, quick: 1, slow: 1 })
    const both = attempt(turns, 'a', 'b')
    expect(both.ms).toBe(0)
    expect(attempt(turns, 'c', 'b').ms).toBeGreaterThan(0)
    expect(attempt(turns, 'c').ms).toBe(0)
    both.end()
    expect(attempt(turns, 'b').ms).toBe(0)
  })
})
