import { describe, expect, it } from 'vitest'
import { createRateLimit } from '../../src/lib/rate-limit.ts'

function makeLimit(options: Partial<Parameters<typeof createRateLimit>[0]> = {}) {
  let at = 1000
  const limit = createRateLimit({ limit: 3, perMs: 3000, ...options }, () => at)
  const takeAll = (key: string): number => {
    let taken = 0
    while (limit.take(key)) taken++
    return taken
  }
  return { limit, takeAll, wait: (ms: number) => (at += ms) }
}

describe('a rate limit', () => {
  it('gives so many at once and then one after the other', () => {
    const { takeAll, wait } = makeLimit()
    expect(takeAll('a')).toBe(3)
    wait(999)
    expect(takeAll('a')).toBe(0)
    wait(1)
    expect(takeAll('a')).toBe(1)
    wait(2500)
    expect(takeAll('a')).toBe(2)
  })

  it('never gives more than its limit, however long nobody came', () => {
    const { takeAll, wait } = makeLimit()
    takeAll('a')
    wait(1e9)
    expect(takeAll('a')).toBe(3)
  })

  it('is not put off by those who come too often', () => {
    const { limit, takeAll, wait } = makeLimit()
    takeAll('a')
    for (let count = 0; count < 10; count++) {
      wait(100)
      if (count < 9) expect(limit.take('a')).toBe(false)
    }
    expect(limit.take('a')).toBe(true)
  })

  it('says whether one is left without taking it', () => {
    const { limit, takeAll } = makeLimit({ limit: 1 })
    expect(limit.has('a')).toBe(true)
    expect(limit.has('a')).toBe(true)
    expect(takeAll('a')).toBe(1)
    expect(limit.has('a')).toBe(false)
  })

  it('counts each key apart, and remembers the latest only', () => {
    const { limit, takeAll } = makeLimit({ limit: 1, maxKeys: 2 })
    expect(['a', 'b'].map(takeAll)).toEqual([1, 1])
    expect(['a', 'b'].map((key) => limit.has(key))).toEqual([false, false])
    expect(takeAll('c')).toBe(1)
    expect(['b', 'c'].map((key) => limit.has(key))).toEqual([false, false])
    expect(limit.has('a')).toBe(true)
  })
})
