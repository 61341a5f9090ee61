import { expect, test } from 'vitest'
import { normalizeEmoji, shortcodeIn } from '../../../src/domain/interactions/emoji.ts'

test.each([
  ['👍', '👍'],
  ['👍\ufe0f', '👍'],
  ['❤', '❤\ufe0f'],
  ['❤\ufe0f', '❤\ufe0f'],
  ['1\ufe0f\u20e3', '1\ufe0f\u20e3'],
  ['🇪🇺', '🇪🇺'],
  ['👍🏽', '👍🏽'],
  ['👩‍👩‍👧‍👦', '👩‍👩‍👧‍👦'],
  ['🏴󠁧󠁢󠁳󠁣󠁴󠁿', '🏴󠁧󠁢󠁳󠁣󠁴󠁿'],
])('%s is an emoji', (text, expected) => {
  expect(normalizeEmoji(text)).toBe(expected)
})

test.each([
  '',
  ' ',
  'a',
  '1',
  '#',
  '12',
  '👍👎',
  '👍 ',
  'a👍',
  '\ufe0f',
  '🇪',
  `👍${'\u200d👍'.repeat(30)}`,
  '👍\u0301',
])('%j is none', (text) => {
  expect(normalizeEmoji(text)).toBeUndefined()
})

test.each([
  ['blobcat', 'blobcat'],
  [':blobcat:', 'blobcat'],
  [':blob_cat-2@away.example:', 'blob_cat-2'],
  [':blobcat@.:', 'blobcat'],
  ['two words', undefined],
  ['<b>', undefined],
  ['x'.repeat(101), undefined],
  ['', undefined],
])('The shortcode in %j is %j', (text, expected) => {
  expect(shortcodeIn(text)).toBe(expected)
})
