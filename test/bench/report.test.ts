import { expect, test } from 'vitest'
import { summarise } from '../../bench/support/report.ts'
import { percentile } from '../../bench/support/statistics.ts'

test('the median of the rounds is reported, with the ratios taken round by round', () => {
  const rate = { figure: 'accepted', unit: 'activities/s' }
  const rounds = [
    [{ ...rate, value: 1000, floor: 2000 }],
    [{ ...rate, value: 300, floor: 3000 }],
    [{ ...rate, value: 1200, floor: 1500 }],
  ]
  expect(summarise('inbox', rounds)).toEqual([
    { bench: 'inbox', ...rate, value: 1000, floor: 2000, ratio: 0.5, spread: [300, 1200] },
  ])
})

test('a figure that has no floor has no ratio', () => {
  const rounds = [[{ figure: 'ledger per recipient', value: 201.4, unit: 'bytes' }]]
  expect(summarise('delivery', rounds)).toMatchObject([{ value: 201, floor: null, ratio: null }])
})

test('figures keep the order of the first round', () => {
  const round = ['b', 'a'].map((figure) => ({ figure, value: 1, unit: 's' }))
  expect(summarise('any', [round, round]).map(({ figure }) => figure)).toEqual(['b', 'a'])
})

test('percentiles are values that were measured', () => {
  const values = [5, 1, 4, 2, 3]
  expect(percentile(values, 0.5)).toBe(3)
  expect(percentile(values, 0.99)).toBe(5)
  expect(percentile(values, 0.2)).toBe(1)
  expect(percentile([1, 2], 0.5)).toBe(1.5)
  expect(() => percentile([], 0.5)).toThrow(RangeError)
})
