import { expect, test } from 'vitest'
import { htmlToText } from '../../src/lib/html-to-text.ts'

test.each([
  ['<p>One</p><p>Two<br>three<br />four</p>', 'One\n\nTwo\nthree\nfour'],
  ['<p>Hi <span class="h-card"><a href="https://a.example">@<span>al</span></a></span></p>', 'Hi @al'],
  ['<ul><li>a</li><li>b</li></ul>', 'a\nb'],
  ['1 &lt; 2 &amp;&amp; 3 &gt; 2 &quot;&#39;&#x27;&apos;', `1 < 2 && 3 > 2 "'''`],
  ['&amp;lt;', '&lt;'],
  ['&unknown; &#1114112; &', '&unknown; &#1114112; &'],
  ['<p>a\n  b</p>', 'a b'],
  ['Bare <p>One</p>bare<blockquote><p>Two</p></blockquote>', 'Bare\n\nOne\n\nbare\n\nTwo'],
  ['<p>One<br><br><br>two</p>', 'One\n\ntwo'],
  ['', ''],
])('%j', (html, text) => {
  expect(htmlToText(html)).toBe(text)
})
