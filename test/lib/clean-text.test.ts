import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cleanLine, cleanText } from '../../src/lib/clean-text.ts'

test('keeps lines and drops control characters', () => {
  expect(cleanText('a\u0000\u0007b\n\tc\u0085d\u007f', 100)).toBe('ab\n\tcd')
})

test('never cuts a character in half', () => {
  expect(cleanText('ab😀', 3)).toBe('ab')
  expect(cleanText('ab😀', 4)).toBe('ab😀')
})

test('a line has no direction of its own, one space between words, and letters that fit into it', () => {
  expect(cleanLine('  a\u202e\u2067b \n c  ', 100)).toBe('ab c')
  expect(cleanLine(`e${'\u0301'.repeat(1_000)}x`, 500)).toBe(`e${'\u0301'.repeat(8)}x`)
})

test('whatever the text, the result is well-formed and short enough', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }))
  fc.assert(
    fc.property(text, fc.nat(20), (text, limit) => {
      for (const clean of [cleanText(text, limit), cleanLine(text, limit)]) {
        expect(clean.isWellFormed()).toBe(true)
        expect(clean.length).toBeLessThanOrEqual(limit)
        expect(clean).not.toContain('\u0000')
      }
    }),
  )
})
