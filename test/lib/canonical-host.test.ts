import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalHost } from '../../src/lib/canonical-host.ts'

describe('canonicalHost', () => {
  it.each([
    ['https://victim.test/users/alice', 'victim.test'],
    ['https://victim.test/users/alice#main-key', 'victim.test'],
    ['https://victim.test', 'victim.test'],
    ['https://victim.test?user=1', 'victim.test'],
    ['https://victim.test:8443/x', 'victim.test:8443'],
    ['http://localhost:3000/x', 'localhost:3000'],
    ['https://xn--e1awd7f.test/x', 'xn--e1awd7f.test'],
    ['https://[2606:4700::1]/x', '[2606:4700::1]'],
    ['https://victim.test/users/ä', 'victim.test'],
  ])('of %s is %s', (uri, host) => expect(canonicalHost(uri)).toBe(host))

  it.each([
    ...[
      'https://VICTIM.test/x',
      'HTTPS://victim.test/x',
      'https://victim.test./x',
      'https://victim.test:443/x',
    ],
    ...['https://victim.test%2eevil.test/x', 'https://user@victim.test/x', 'https://victim.test@evil.test/x'],
    ...['https://vıctim.test/x', 'https://ｖictim.test/x', 'https:victim.test/x', 'https:///victim.test/x'],
    ...[
      'https:\\\\victim.test\\x',
      ' https://victim.test/x',
      'https://victim.test\t/x',
      'https://2130706433/x',
    ],
    ...['ftp://victim.test/x', 'data:,x', 'acct:alice@victim.test', 'alice', '', 'https://'],
  ])('is not to be had of %j', (uri) => expect(canonicalHost(uri)).toBeUndefined())

  it('is the host that a request would go to, or nothing', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.webUrl({ withFragments: true }),
          fc.string().map((text) => `https://${text}`),
        ),
        (uri) => {
          const host = canonicalHost(uri)
          if (host !== undefined) expect(new URL(uri).host).toBe(host)
        },
      ),
    )
  })
})
