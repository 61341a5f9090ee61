import { expect, test } from 'vitest'
import { findMarkupProblems } from './check-markup.ts'

test.each([
  '<p>a <b>bold</b> word<br></p>',
  '<svg viewBox="0 0 1 1"><path d="M0 0z"/></svg>',
  '<a href="/x?a=1&#38;b=2">1 &#60; 2</a>',
  '<p title="a onclick=b style=c">x</p>',
])('finds nothing wrong with %s', (document) => {
  expect(findMarkupProblems(document)).toEqual([])
})

test.each([
  ['<p><b>crossed</p></b>', '</p> closes b'],
  ['<p>open', '<p> is never closed'],
  ['</p>', '</p> closes nothing'],
  ['<p>1 < 2</p>', 'no tag: 1 < 2'],
  ['<p id="a"></p><p id="a"></p>', 'id a is used twice'],
  ['<script src="/x"></script>', '<script src="/x"> is not allowed'],
  ['<p style="color:red"></p>', '<p style="color:red"> is not allowed'],
  ['<p onclick="x"></p>', '<p onclick="x"> is not allowed'],
  ['<a href="javascript:x">a</a>', '<a href="javascript:x"> is not allowed'],
])('finds what is wrong with %s', (document, problem) => {
  expect(findMarkupProblems(document)).toContain(problem)
})
