import { expect, test } from 'vitest'
import { markup, raw, renderHtml } from '../../src/web/html.ts'

test('escapes whatever somebody wrote, in text and in attributes', () => {
  const name = `<script>alert("1")</script> & 'co'`
  expect(renderHtml(markup`<p title="${name}">${name}</p>`)).toBe(
    '<p title="&#60;script&#62;alert(&#34;1&#34;)&#60;/script&#62; &#38; &#39;co&#39;">' +
      '&#60;script&#62;alert(&#34;1&#34;)&#60;/script&#62; &#38; &#39;co&#39;</p>',
  )
})

test('keeps markup that templates and trusted sources made', () => {
  const items = ['a', '<b>'].map((item) => markup`<li>${item}</li>`)
  expect(renderHtml(markup`<ul>${items}</ul>${raw('<hr>')}`)).toBe(
    '<ul><li>a</li><li>&#60;b&#62;</li></ul><hr>',
  )
})

test('leaves nothing behind for what is not there, and writes a zero', () => {
  expect(renderHtml(markup`[${null}${undefined}${false}${''}${[]}${0}]`)).toBe('[0]')
})

test('takes no object from outside for markup', () => {
  const parsed = JSON.parse('{"markup": "<b>"}')
  expect(() => renderHtml(markup`${parsed}`)).toThrow(TypeError)
})
