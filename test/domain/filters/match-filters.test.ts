import { expect, test } from 'vitest'
import { prepareFilters } from '../../../src/domain/filters/match-filters.ts'
import type { StatusView } from '../../../src/domain/statuses/view.ts'
import type { Filter } from '../../../src/store/filters.ts'

const at = new Date()

function filterOf(...words: (string | { whole: string })[]): Filter {
  const keywords = words.map((word, index) => {
    const [keyword, wholeWord] = typeof word === 'string' ? [word, false] : [word.whole, true]
    return { id: String(index), filterId: '1', keyword, wholeWord }
  })
  const row = { id: '1', accountId: '2', title: 'T', contexts: ['home'], action: 'warn' }
  return { ...row, expiresAt: null, createdAt: at, keywords, statuses: [] }
}

function found(filter: Filter, text: string): readonly string[] {
  const status = { id: '9', summary: '', attachments: [] }
  const view = { status, contentHtml: text, poll: null } as unknown as StatusView
  return prepareFilters([filter], at)(view).flatMap(({ keywords }) => keywords)
}

test.each([
  ['eel', 'An EEL.', true],
  ['eel', 'I feel', false],
  ['eel', 'I feel an eel', true],
  ['eel', 'eel_pie', false],
  ['eel', 'eels', false],
  ['#eel', 'see#eel', true],
  ['c++', 'c++x', true],
  ['c++', 'xc++', false],
  ['Straße', 'in der STRAßE 5', true],
  ['ΟΔΟΣ', 'οδός ΟΔΟΣ', true],
  ['𝒜b', '𝒳𝒜b', false],
  ['𝒜b', '🐟𝒜b🐟', true],
  ['a.c', 'abc', false],
  ['very long words indeed', 'very long words in deed', false],
  ['very long words indeed', 'some Very long words indeed!', true],
])('The whole word %j in %j: %j', (whole, text, isFound) => {
  expect(found(filterOf({ whole }), text)).toEqual(isFound ? [whole] : [])
})

test('All keywords that stand in a text are named, also within one another', () => {
  expect(found(filterOf('eel', 'feel', { whole: 'eel' }, 'kelp'), 'I FEEL it')).toEqual(['eel', 'feel'])
  expect(found(filterOf(), 'anything')).toEqual([])
})
