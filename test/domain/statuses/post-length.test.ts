import { expect, test } from 'vitest'
import { isTooLong, maxPostLength } from '../../../src/domain/statuses/post-length.ts'

const fill = (characters: number) => 'x'.repeat(characters)
/** The longest that a post may be beside what counts for so many characters. */
const beside = (characters: number) => fill(maxPostLength - characters - 1)
const link = `https://sea.example/${fill(500)}`

test.each([
  ['nothing but text', fill(maxPostLength), ''],
  ['the warning and the text together', fill(3000), fill(2000)],
  ['a long link as 23', `${link} ${beside(23)}`, ''],
  ['a name without its domain', `@bob@a-very-long-name-of-a-server.example ${beside(4)}`, ''],
  ['what is one character to people', '👨‍👩‍👧‍👦'.repeat(maxPostLength), ''],
])('A post of %s is as long as it may be, and one more is too long', (_what, text, summary) => {
  expect(isTooLong({ text, summary })).toBe(false)
  expect(isTooLong({ text: `${text}x`, summary })).toBe(true)
})

test('Short links count for 23, too, and a warning for all that it says', () => {
  const links = 'http://a.b '.repeat(250)
  expect(isTooLong({ text: links, summary: '' })).toBe(true)
  expect(isTooLong({ text: 'Look', summary: `${link} ${beside(23)}` })).toBe(true)
})

test('No link makes room for a text without end', () => {
  expect(isTooLong({ text: `https://sea.example/${fill(10_000)}`, summary: '' })).toBe(true)
  expect(isTooLong({ text: `${link} `.repeat(250), summary: '' })).toBe(true)
})
