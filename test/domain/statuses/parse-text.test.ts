import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { normalizeTag, parseText } from '../../../src/domain/statuses/parse-text.ts'

/** What is linked, as `kind:text`. */
function linked(text: string): string[] {
  return parseText(text).flatMap((piece) => (piece.kind === 'text' ? [] : [`${piece.kind}:${piece.text}`]))
}

const syntax = fc.constantFrom(
  '@',
  '#',
  '/',
  '.',
  ':',
  '&',
  '<',
  ' ',
  '\n',
  'http://',
  'https://',
  'a.example',
  'é',
)
const prose = fc
  .array(fc.oneof(syntax, fc.string({ maxLength: 5, unit: 'grapheme' })))
  .map((parts) => parts.join(''))

test('The pieces joined give the text again', () => {
  fc.assert(
    fc.property(prose, (text) => {
      const pieces = parseText(text)
      expect(pieces.map((piece) => piece.text).join('')).toBe(text)
    }),
  )
})

test('Every link leads to the web', () => {
  fc.assert(
    fc.property(prose, (text) => {
      const hrefs = parseText(text).flatMap((piece) => (piece.kind === 'link' ? [piece.href] : []))
      expect(hrefs.filter((href) => !/^https?:$/.test(new URL(href).protocol))).toEqual([])
    }),
  )
})

describe('mentions', () => {
  test.each([
    ['@alice', ['mention:@alice']],
    ['Hi @alice!', ['mention:@alice']],
    ['(@alice)', ['mention:@alice']],
    ['@alice@away.example', ['mention:@alice@away.example']],
    ['@alice@away.example.', ['mention:@alice@away.example']],
    ['@alice@localhost:3000', ['mention:@alice@localhost:3000']],
    ['@alice, @bob', ['mention:@alice', 'mention:@bob']],
    ['@alice@away.example: hello', ['mention:@alice@away.example']],
    ['@snake_case_', ['mention:@snake_case_']],
    ['mail alice@away.example', []],
    ['a/@alice', []],
    ['@@alice', []],
    ['@', []],
    ['@é', []],
  ])('%j', (text, expected) => {
    expect(linked(text)).toEqual(expected)
  })

  test('A domain is the same in any case', () => {
    const [piece] = parseText('@Alice@AWAY.Example')
    expect(piece).toMatchObject({ kind: 'mention', username: 'Alice', domain: 'away.example' })
  })
})

describe('hashtags', () => {
  test.each([
    ['#cats', ['hashtag:#cats']],
    ['#Käse!', ['hashtag:#Käse']],
    ['#日本語、#猫', ['hashtag:#日本語', 'hashtag:#猫']],
    ['#a_b-c', ['hashtag:#a_b']],
    ['#2026goals', ['hashtag:#2026goals']],
    ['#हिन्दी', ['hashtag:#हिन्दी']],
    ['#1 on #2', []],
    ['C#sharp', []],
    ['&#x27;', []],
    ['a/#fragment', []],
    ['##twice', []],
    ['#', []],
  ])('%j', (text, expected) => {
    expect(linked(text)).toEqual(expected)
  })

  test('Tags are compared by their folded compatibility form', () => {
    expect(normalizeTag('ＣａＴｓ')).toBe('cats')
  })
})

describe('links', () => {
  test.each([
    ['see https://away.example/a?b=c#d.', ['link:https://away.example/a?b=c#d']],
    ['(https://away.example/a)', ['link:https://away.example/a']],
    ['https://en.wikipedia.example/wiki/A_(b)', ['link:https://en.wikipedia.example/wiki/A_(b)']],
    ['HTTPS://AWAY.EXAMPLE/', ['link:HTTPS://AWAY.EXAMPLE/']],
    ['https://away.example/@alice', ['link:https://away.example/@alice']],
    ['https://away.example/#tag', ['link:https://away.example/#tag']],
    ['https://user@away.example/', ['link:https://user@away.example/']],
    ['end.Start of away.example', []],
    ['javascript:alert(1)', []],
    ['javascript://away.example/%0aalert(1)', []],
    ['data:text/html,x', []],
    ['ftp://away.example/', []],
    ['mailto:a@away.example', []],
    ['https://', []],
  ])('%j', (text, expected) => {
    expect(linked(text)).toEqual(expected)
  })
})

test('A long text without an end is cut in a moment', () => {
  const texts = [
    '@a'.repeat(2500),
    '#a'.repeat(2500),
    'http://'.repeat(700),
    '@a@'.repeat(1600),
    'a.'.repeat(2500),
  ]
  const start = performance.now()
  for (const text of texts) parseText(text)
  expect(performance.now() - start).toBeLessThan(2000)
})
