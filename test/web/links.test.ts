import { expect, test } from 'vitest'
import { shortAddress, webAddress } from '../../src/web/links.ts'

test.each([
  ['https://ada.example', 'https://ada.example/'],
  ['http://ada.example/a b', 'http://ada.example/a%20b'],
])('%s may stand in a link', (text, address) => {
  expect(webAddress(text)).toBe(address)
})

test.each(['javascript:alert(1)', 'data:text/html,x', 'ada.example', 'she/her', ''])(
  '%j stays text',
  (text) => {
    expect(webAddress(text)).toBeUndefined()
  },
)

test('an address is shown as people would call it', () => {
  expect(shortAddress('https://www.ada.example/garden/')).toBe('ada.example/garden')
})
