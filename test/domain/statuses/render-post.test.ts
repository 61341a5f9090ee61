import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { StatusMention } from '../../../src/db/json.ts'
import { renderPost } from '../../../src/domain/statuses/render-post.ts'
import { showHosts } from '../../../src/lib/html/show-hosts.ts'
import { htmlToText } from '../../../src/lib/html-to-text.ts'

const home = { origin: 'https://home.example', handleDomain: 'home.example' }
const alice: StatusMention = { actorId: '1', username: 'Alice', domain: null, uri: null, url: null }
const bob: StatusMention = {
  actorId: '2',
  username: 'bob',
  domain: 'away.example',
  uri: 'https://away.example/users/bob',
  url: 'https://away.example/@bob',
}

function render(source: string, mentions: StatusMention[] = []): string {
  return renderPost(home, { source, mentions })
}

describe('what nobody wrote', () => {
  const hostile = fc.constantFrom(
    '<script>',
    '"',
    "'",
    '&',
    '&lt;',
    '<img src=x onerror=y>',
    'https://away.example/"onclick="',
    "https://away.example/'<b>",
    'javascript:x',
    '@alice',
    '@bob@away.example',
    '#tag',
    '#<b>',
    '\n',
    '\n\n',
    ' ',
  )
  const text = fc
    .array(fc.oneof(hostile, fc.string({ unit: 'grapheme', maxLength: 8 })))
    .map((parts) => parts.join(''))

  test('is not in the HTML: only our own elements and attributes are', () => {
    fc.assert(
      fc.property(text, (source) => {
        const html = render(source, [alice, bob])
        const outside = html.replace(/<\/?(p|br|span|a)( (href|class|rel|target)="[^"<>]*")*>/g, '')
        expect(outside).not.toMatch(/[<>"']/)
        expect(outside.replace(/&#\d+;/g, '')).not.toContain('&')
        const schemes = [...html.matchAll(/href="([a-z]+):/g)].map((match) => match[1])
        expect(schemes.filter((scheme) => !/^https?$/.test(scheme ?? ''))).toEqual([])
      }),
      { numRuns: 500 },
    )
  })

  test('does not change what was said', () => {
    const words = (said: string) => said.replace(/\s+/g, ' ').trim()
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), (source) => {
        expect(words(htmlToText(render(source)))).toBe(words(source))
      }),
    )
  })
})

test('Paragraphs and lines are kept', () => {
  expect(render('one\ntwo\r\n\r\nthree\n\n\n\nfour')).toBe('<p>one<br>two</p><p>three</p><p>four</p>')
})

test('A link shows its address without the scheme and cuts a long one, and leads to all of it', () => {
  const html = render('https://www.away.example/a/very/long/path/that/goes/on?x=1&y=2')
  expect(html).toBe(
    '<p><a href="https://www.away.example/a/very/long/path/that/goes/on?x=1&#38;y=2" rel="nofollow noopener" target="_blank">' +
      '<span class="invisible">https://www.</span><span class="ellipsis">away.example/a/very/long/path/</span>' +
      '<span class="invisible">that/goes/on?x=1&#38;y=2</span></a></p>',
  )
})

test.each([
  ['https://bank.example.com.sign-in.evil.example/path', 'bank.example.com.sign-in.evil.example'],
  ['https://www.bank.example.com.sign-in.evil.example?x', 'bank.example.com.sign-in.evil.example'],
  ['https://bank.example.com.sign-in.evil.example:8443#x', 'bank.example.com.sign-in.evil.example:8443'],
  ['https://bank.example.com.sign-in.evil.example', 'bank.example.com.sign-in.evil.example'],
])('The host in %s is never cut', (url, host) => {
  const html = render(url)
  const shown = /<span(?: class="ellipsis")?>([^<]*)<\/span>/.exec(html)?.[1]
  expect(shown).toBe(host)
  expect(htmlToText(html)).toBe(url)
  expect(showHosts(html)).toBe(html)
})

test('Nothing but the web is linked', () => {
  expect(render('javascript:alert(1) data:text/html,x')).toBe('<p>javascript:alert(1) data:text/html,x</p>')
})

test('A mention leads to whom it named when the post was written', () => {
  expect(render('@alice', [alice])).toBe(
    '<p><span class="h-card"><a href="https://home.example/@Alice" class="u-url mention">@<span>Alice</span></a></span></p>',
  )
  expect(render('@alice@home.example', [alice])).toContain('href="https://home.example/@Alice"')
  expect(render('@BOB@away.example', [bob])).toContain('href="https://away.example/@bob"')
})

test('A name that nobody answered to stays text, and so does that of somebody elsewhere', () => {
  expect(render('@nobody @alice@other.example', [alice, bob])).toBe('<p>@nobody @alice@other.example</p>')
})

test('A hashtag leads to what was said here under it', () => {
  expect(render('#Käse')).toBe(
    '<p><a href="https://home.example/tags/k%C3%A4se" class="mention hashtag" rel="tag">#<span>Käse</span></a></p>',
  )
})

test('A post that was deleted says nothing', () => {
  expect(renderPost(home, { source: null, mentions: [] })).toBe('')
})
