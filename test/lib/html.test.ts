import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sanitizeContent, sanitizeField, textToHtml } from '../../src/lib/html.ts'
import { cpuTimeOf } from '../support/cpu-time.ts'

const link = 'rel="nofollow noopener noreferrer" target="_blank"'

describe('what posts are made of is kept', () => {
  test.each([
    '<p>a<br />b</p>',
    '<p class="quote-inline">RE</p>',
    '<blockquote><p><b>b</b><strong>s</strong><i>i</i><em>e</em><u>u</u><s>s</s><del>d</del></p></blockquote>',
    '<pre><code>if (a &lt; b) {\n  c\n}</code></pre>',
    '<ul><li>a</li></ul><ol start="3" reversed><li value="5">b</li></ol>',
    '<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>',
    `<a class="u-url mention" translate="no" href="https://a.test/@b" ${link}>@<span>b</span></a>`,
    `<a href="https://a.test/?b=1&amp;c=2" ${link}><span class="invisible">https://</span><span class="ellipsis">a.test</span></a>`,
    `<a href="mailto:a@b.test" ${link}>mail</a>`,
    `<a href="xmpp:a@b.test" ${link}>talk</a>`,
    `<a href="gemini://a.test/" ${link}>small</a>`,
    `<a href="magnet:?xt=urn:btih:1" ${link}>file</a>`,
    '<p lang="ja">a</p><blockquote lang="pt-BR"><em lang="fr">b</em></blockquote>',
    `<a href="ipfs://bafy/x" ${link}>far</a><a href="gopher://a.test/" ${link}>old</a>`,
    'text alone, &amp; nothing else',
    '',
  ])('%s', (html) => {
    expect(sanitizeContent(html)).toBe(html)
  })

  test('headings become bold paragraphs', () => {
    expect(sanitizeContent('<h1 class="x">A</h1><h3>B</h3>')).toBe(
      '<p><strong>A</strong></p><p><strong>B</strong></p>',
    )
  })

  test.each([
    ['application/x-tex', '', '$x &lt; 1$'],
    ['application/x-tex', ' display="block"', '$$x &lt; 1$$'],
    ['text/plain', '', 'x &lt; 1'],
  ])('formulas become the text that they were made from: %s%s', (encoding, attributes, text) => {
    const annotation = `<annotation encoding="${encoding}">x &lt; 1</annotation>`
    const math = `<math${attributes}><semantics><mi>x</mi>${annotation}</semantics></math>`
    expect(sanitizeContent(`<p>a ${math} b</p>`)).toBe(`<p>a ${text} b</p>`)
  })

  test('what was left open is closed', () => {
    expect(sanitizeContent('<ol><li>a<p>b')).toBe('<ol><li>a<p>b</p></li></ol>')
  })
})

describe('everything else goes', () => {
  test.each([
    ['<script>alert(1)</script>', ''],
    ['<style>p{}</style>a', 'a'],
    ['<img src=x onerror=alert(1)>', ''],
    ['<svg onload=alert(1)><p>x</p></svg>', ''],
    ['<iframe src="https://a.test">x</iframe>', ''],
    ['<form action="https://a.test"><input type=password><button>Go</button></form>', 'Go'],
    ['<p onclick="x" style="color:red" id="y">z</p>', '<p>z</p>'],
    ['<p class="fa hidden mention">z</p>', '<p class="mention">z</p>'],
    ['<span class="h-card evil p-name">z</span>', '<span class="h-card p-name">z</span>'],
    ['<ol start="1;x"><li value="a">b</li></ol>', '<ol><li>b</li></ol>'],
    ['<p lang="x&quot; onclick=y" dir="rtl">z</p>', '<p>z</p>'],
    ['<h2 lang="fr">z</h2>', '<p lang="fr"><strong>z</strong></p>'],
    ['<math><mi>x</mi></math>a', 'a'],
    ['<math><annotation encoding="text/plain"><script>x</script>y</annotation></math>', 'y'],
    ['<IMG SRC="jav&#x09;ascript:alert(1);">', ''],
    ['<<SCRIPT>alert("x");//<</SCRIPT>', '&lt;'],
    ['<BODY ONLOAD=alert(1)>a', 'a'],
    ['<META HTTP-EQUIV="refresh" CONTENT="0;url=javascript:x">a', 'a'],
    ['<LINK REL="stylesheet" HREF="https://a.test/x.css">a', 'a'],
    ['<BASE HREF="javascript:x//">a', 'a'],
    ['<OBJECT TYPE="text/x-scriptlet" DATA="https://a.test/x"></OBJECT>a', 'a'],
    ['<EMBED SRC="data:image/svg+xml;base64,AAAA">a', 'a'],
    ['<video src=x onerror=x><source src=y></video>a', 'a'],
    ['<details open ontoggle=x>a</details>', 'a'],
    ['<marquee onstart=x>a</marquee>', 'a'],
    ['<table background="javascript:x"><tr><td>a</td></tr></table>', 'a'],
    ['<input autofocus onfocus=x>a', 'a'],
    ['<template><p>a</p></template>', '<p>a</p>'],
    ['<p/onclick=alert(1)>a</p>', '<p>a</p>'],
    [
      '<a href="https://a.test/" onmouseover="x" style="position:fixed">a</a>',
      `<a href="https://a.test/" ${link}>a</a>`,
    ],
    ['<!-- x --><![CDATA[y]]><?php z ?>', ''],
    ['a < b', 'a &lt; b'],
    ['a > b', 'a &gt; b'],
    ['&lt;script&gt;', '&lt;script&gt;'],
    ['\u0000<scr\u0000ipt>x</script>', ''],
    ['a\ud800b', 'a\ufffdb'],
  ])('%j', (html, clean) => {
    expect(sanitizeContent(html)).toBe(clean)
  })

  test.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'java\tscript:alert(1)',
    'java&#x0A;script:alert(1)',
    '\u0001javascript:alert(1)',
    ' &#14; javascript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:https://a.test/1',
    '//evil.test/x',
    '/relative',
    '#top',
    'feed:javascript:x',
    '',
  ])('a link to %j is text', (href) => {
    expect(sanitizeContent(`<a href="${href}" class="mention">x</a>`)).toBe('<span>x</span>')
  })

  test('an address that is not quite in order is put in order', () => {
    expect(sanitizeContent('<a href=" HTTPS://a.test/b c">x</a>')).toBe(
      `<a href="https://a.test/b%20c" ${link}>x</a>`,
    )
  })

  test('the host of an address is written in the letters in which it is asked for', () => {
    const written = ['http://b\u0430nk.test/größe', 'https://ＢＡＮＫ.test/', 'https://bank.test/größe']
    const clean = ['http://xn--bnk-6cd.test/gr%C3%B6%C3%9Fe', 'https://bank.test/', 'https://bank.test/größe']
    for (const [index, href] of written.entries())
      expect(sanitizeContent(`<a href="${href}">x</a>`)).toBe(`<a href="${clean[index]}" ${link}>x</a>`)
  })

  test("a page's own words about a link do not count", () => {
    expect(sanitizeContent('<a href="https://a.test/" rel="me opener" target="_top" ping="x">x</a>')).toBe(
      `<a href="https://a.test/" ${link}>x</a>`,
    )
  })
})

describe('a link never hides its host', () => {
  const hidden = (text: string) => `<span class="invisible">${text}</span>`
  const cut = (text: string) => `<span class="ellipsis">${text}</span>`
  const linkTo = (href: string, text: string) => `<a href="${href}" ${link}>${text}</a>`

  test.each([
    ['https://a.test/long', `${hidden('https://')}${cut('a.test/l')}${hidden('ong')}`],
    ['https://www.a.test/', `${hidden('https://www.')}<span>a.test</span>`],
    ['https://a.test', `${hidden('https://')}<span>a.test</span>${hidden('')}`],
    [
      'https://a.test:8443/x?y=1&amp;z=2',
      `${hidden('https://')}${cut('a.test:8443/x?y')}${hidden('=1&amp;z=2')}`,
    ],
    ['https://xn--mnchen-3ya.test/', `${hidden('https://')}<span>münchen.test/</span>`],
  ])('%s is shown as it was: %s', (href, text) => {
    expect(sanitizeContent(linkTo(href, text))).toBe(linkTo(href, text))
  })

  test.each([
    ['https://evil.test/', `${hidden('https://evil.test/')}good.test`],
    ['https://evil.test/good.test/', `${hidden('https://evil.test/')}<span>good.test/</span>`],
    ['https://good.test.evil.test/', `${hidden('https://')}<span>good.test</span>${hidden('.evil.test/')}`],
    ['https://good.test@evil.test/', `${hidden('https://')}${cut('good.test')}${hidden('@evil.test/')}`],
    ['https://evil.test/', `${cut('good.test')}${hidden('evil.test')}`],
    ['https://evil.test/', `<b>${hidden('https://evil.test/')}</b>`],
    ['mailto:evil@evil.test', `${hidden('evil@')}good`],
  ])('%s says all that it says: %s', (href, text) => {
    const clean = sanitizeContent(linkTo(href, text))
    expect(clean).not.toMatch(/invisible|ellipsis/)
    expect(clean.replace(/<[^>]*>/g, '')).toBe(text.replace(/<[^>]*>/g, ''))
  })

  test('nor does one that is hidden as a whole, and other classes stay', () => {
    expect(sanitizeContent(`<a class="invisible u-url" href="https://evil.test/" ${link}>x</a>`)).toBe(
      `<a class="u-url" href="https://evil.test/" ${link}>x</a>`,
    )
  })
})

describe('limits', () => {
  const post = '<p>Hello <a href="https://a.test/">there</a>, you</p>'
  const usual = cpuTimeOf(() => sanitizeContent(post.repeat(20_000)))

  test.each([
    ['tags left open', '<b>'.repeat(200_000)],
    ['paragraphs left open', '<p>'.repeat(200_000)],
    ['links left open', '<a href="https://a.test">'.repeat(200_000)],
    ['unknown tags', '<x>'.repeat(200_000)],
    ['closing tags', '</p>'.repeat(200_000)],
    ['angles', '<'.repeat(1_000_000)],
    ['ampersands', '&'.repeat(1_000_000)],
    ['a tag without an end', `<a ${'a '.repeat(500_000)}`],
    ['comments without an end', '<!--'.repeat(200_000)],
    ['scripts without an end', '<script>'.repeat(200_000)],
    ['formulas left open', '<math>'.repeat(200_000)],
    ['formulas', '<math></math>'.repeat(100_000)],
    ['links that hide', '<a href="https://a.test"><span class="invisible">x</span>'.repeat(20_000)],
    ['text', 'x'.repeat(1_000_000)],
  ])('%s: short, and as quick as much of what is usual', (_, html) => {
    expect(cpuTimeOf(() => sanitizeContent(html))).toBeLessThan(10 * usual)
    expect(sanitizeContent(html).length).toBeLessThanOrEqual(100_000)
  })

  test('deep nesting is cut', () => {
    const depth = sanitizeContent('<blockquote>'.repeat(1_000)).split('<blockquote>').length - 1
    expect(depth).toBeLessThanOrEqual(32)
  })
})

test('whatever comes, nothing but the list is left, and each element is closed in its turn', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '<p>',
      '</p>',
      '<h2>',
      '</h2>',
      '<a href="',
      'https://a.test',
      '">',
      '<span class="',
      'mention',
    ),
    fc.constantFrom(
      '<script>',
      '</script>',
      '<img src=x onerror=',
      '<',
      '>',
      '"',
      "'",
      '&',
      '&lt;',
      '&#60;',
      '-->',
    ),
    fc.constantFrom(
      '<!--',
      '<xmp>',
      '<noscript>',
      '<textarea>',
      '</textarea>',
      '<svg>',
      '<math>',
      '<style>',
      '\u0000',
    ),
    fc.string(),
  )
  const tag =
    /^<(?:\/?(?:p|br \/|span|a|del|s|pre|blockquote|code|b|strong|u|i|em|ul|ol|li|ruby|rt|rp)|(?:p|span|a|ol|li) (?:[a-z]+(?:="[^"<>]*")?(?: |(?=>)))+)>$/
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      const open: string[] = []
      for (const found of sanitizeContent(pieces.join('')).match(/<[^>]*>?/g) ?? []) {
        expect(found).toMatch(tag)
        const name = /\w+/.exec(found)?.[0] ?? ''
        if (found.startsWith('</')) expect(open.pop()).toBe(name)
        else if (name !== 'br') open.push(name)
      }
      expect(open).toEqual([])
    }),
    { numRuns: 2_000 },
  )
})

describe('fields of a profile', () => {
  test('are one line in which nothing is hidden', () => {
    const html =
      '<p><a href="https://evil.test" class="u-url"><span class="invisible">evil.</span>test</a></p>'
    expect(sanitizeField(html, 1_000)).toBe(`<a href="https://evil.test" ${link}>evil.test</a>`)
    expect(sanitizeField('<a href="javascript:x">y</a>', 1_000)).toBe('y')
  })

  test('are short, markup and all', () => {
    const html = '<a href="https://a.test">x</a>'.repeat(100)
    const field = sanitizeField(html, 1_000)
    expect(field.length).toBeLessThanOrEqual(1_000)
    expect(field).toMatch(/^(<a [^>]*>x<\/a>)+(<a [^>]*><\/a>)?$/)
  })
})

test.each([
  ['one\ntwo\n\n\nthree', '<p>one<br />two</p><p>three</p>'],
  ['<b>1 & 2</b>', '<p>&lt;b&gt;1 &amp; 2&lt;/b&gt;</p>'],
  ['', ''],
])('text as HTML: %j', (text, html) => {
  expect(textToHtml(text)).toBe(html)
})

/** Milliseconds of processor time: what other programs do meanwhile does not count. */
