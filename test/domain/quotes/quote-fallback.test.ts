import { describe, expect, test } from 'vitest'
import {
  quoteFallback,
  withoutQuoteFallback,
  withQuoteFallback,
} from '../../../src/domain/quotes/quote-fallback.ts'
import { sanitizeContent } from '../../../src/lib/html.ts'

const link = '<a href="https://b.test/7"><span class="invisible">https://</span><span>b.test/7</span></a>'

describe('the line that names what is quoted', () => {
  test.each([
    ['Mastodon', `<p class="quote-inline">RE: ${link}</p><p>Look</p>`, '<p>Look</p>'],
    ['Misskey', `<p>Look<span class="quote-inline"><br><br>RE: ${link}</span></p>`, '<p>Look</p>'],
    ['Fedibird', `<p>Look</p><span class="quote-inline"><br/>QT: [${link}]</span>`, '<p>Look</p>'],
    ['Akkoma', `Look<span class="quote-inline"><br/><br/><bdi>RE:</bdi> ${link}</span>`, 'Look'],
    ['somebody with more classes', `<p class="x quote-inline h-y">RE: ${link}</p>Look`, 'Look'],
  ])('is left out as %s writes it', (_software, html, rest) => {
    expect(withoutQuoteFallback(sanitizeContent(html))).toBe(rest)
  })

  test.each([
    '<p>RE: <a href="https://b.test/7">https://b.test/7</a></p>',
    '<p>class="quote-inline"</p>',
    '<p><a class="quote-inline" href="https://b.test/7">x</a></p>',
    '',
  ])('is not taken for another one: %s', (html) => {
    const content = sanitizeContent(html)
    expect(withoutQuoteFallback(content)).toBe(content)
  })

  test('is left out in time, however much there is', () => {
    const html = sanitizeContent(`<span class="quote-inline">${'<span>x'.repeat(3_000)}`)
    expect(withoutQuoteFallback(html)).toBe('')
  })

  test('links to the page of the post, or to its id where that is all that is known, and hurts nobody', () => {
    const uri = 'https://b.test/7?a="><script>&b'
    const html = quoteFallback({ state: 'pending', uri, view: null })
    expect(html).not.toContain('<script>')
    expect(sanitizeContent(html)).toContain('RE: ')
    expect(quoteFallback({ state: 'accepted', uri, view: { url: 'https://b.test/@bo/7' } })).toContain(
      'href="https://b.test/@bo/7"',
    )
  })

  test('is in a post of ours only where it is all that may be seen', () => {
    const view = { url: 'https://b.test/@bo/7' }
    const lines = (state: string, shown: typeof view | null) =>
      withQuoteFallback('<p>Look</p>', { state, uri: 'https://b.test/7', view: shown }).includes('RE:')
    expect(lines('pending', view)).toBe(true)
    expect(lines('accepted', null)).toBe(true)
    expect(lines('accepted', view)).toBe(false)
    expect(lines('rejected', view)).toBe(false)
    expect(lines('revoked', null)).toBe(false)
    expect(withQuoteFallback('<p>Look</p>', null)).toBe('<p>Look</p>')
  })
})
