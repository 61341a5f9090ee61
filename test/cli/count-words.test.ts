import { expect, test } from 'vitest'
import { countWords } from '../../src/cli/count-words.ts'

test('One is one, and others are many', () => {
  expect([0, 1, 2].map((count) => countWords(count, 'file'))).toEqual(['0 files', '1 file', '2 files'])
  expect(countWords(1, 'try', 'tries')).toBe('1 try')
  expect(countWords(3, 'try', 'tries')).toBe('3 tries')
})
