import { expect, test } from 'vitest'
import { excerpt, formatCount, formatMoment, formatMonth, initialsOf } from '../../src/web/format.ts'
import { renderHtml } from '../../src/web/html.ts'

const moment = new Date('2026-11-21T23:05:09.120Z')

test('tells a moment in UTC, for people and for programs', () => {
  expect(renderHtml(formatMoment(moment, 'dt-published'))).toBe(
    '<time class="dt-published" datetime="2026-11-21T23:05:09.120Z">21 Nov 2026, 23:05 UTC</time>',
  )
  expect(renderHtml(formatMonth(moment))).toBe('<time datetime="2026-11">November 2026</time>')
})

test.each([
  [0, '0 people'],
  [1, '1 person'],
  [12_345, '12,345 people'],
])('counts %i', (value, expected) => {
  expect(formatCount(value, 'person', 'people')).toBe(expected)
})

test.each([
  ['short', 'short'],
  ['two\n\nlines ', 'two lines'],
  ['exactly ten', 'exactly te…'],
  ['👨‍👩‍👧‍👦'.repeat(10), '👨‍👩‍👧‍👦'.repeat(10)],
  ['👨‍👩‍👧‍👦'.repeat(11), `${'👨‍👩‍👧‍👦'.repeat(10)}…`],
  ['', ''],
])('cuts %j to ten characters', (text, expected) => {
  expect(excerpt(text, 10)).toBe(expected)
})

test.each([
  ['Ada Thorne', 'AT'],
  ['ada', 'A'],
  ['Ada "the Fern" of Thorne', 'AT'],
  ['🌊', '🌊'],
  ['🌊 mei', 'M'],
  ['', '?'],
])('takes initials from %j', (name, expected) => {
  expect(initialsOf(name)).toBe(expected)
})
