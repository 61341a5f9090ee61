import fc from 'fast-check'
import { expect, test } from 'vitest'
import { backoff, patience, probeInterval, readRetryAfter } from '../../../src/federation/delivery/backoff.ts'

const day = 24 * 3600

function triesIn(seconds: number, random: () => number): number {
  let tries = 0
  for (let elapsed = 0; elapsed < seconds; elapsed += backoff(tries, random)) tries += 1
  return tries
}

test('Waits double from half a minute, with jitter', () => {
  expect([1, 2, 3, 8].map((failures) => backoff(failures, () => 0))).toEqual([30, 60, 120, 3840])
  expect(new Set(Array.from({ length: 50 }, () => backoff(3))).size).toBeGreaterThan(40)
})

test('No wait is longer than six hours, however often it failed', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 32_767 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (failures, luck) => {
        const seconds = backoff(failures, () => luck)
        expect(seconds).toBeGreaterThanOrEqual(24)
        expect(seconds).toBeLessThanOrEqual(6 * 3600)
      },
    ),
  )
})

test('Seven days are between 30 and 45 tries', () => {
  fc.assert(
    fc.property(fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (luck) => {
      const tries = triesIn(patience.deliveryDays * day, () => Number(luck.next().value))
      expect(tries).toBeGreaterThanOrEqual(30)
      expect(tries).toBeLessThanOrEqual(45)
    }),
  )
})

test('A dead host is asked about once a day', () => {
  expect(probeInterval(() => 0)).toBeGreaterThan(0.9 * day)
  expect(probeInterval(() => 1)).toBeLessThan(1.1 * day)
})

test('Retry-After is read as seconds or a date', () => {
  const now = new Date('2026-11-21T12:00:00Z')
  const read = (value: string | null) => readRetryAfter(value, now)
  expect([' 90 ', 'Sat, 21 Nov 2026 12:01:30 GMT'].map(read)).toEqual([90, 90])
  expect([null, '', 'soon', '1.5e3x'].map(read)).toEqual(Array(4).fill(undefined))
})
