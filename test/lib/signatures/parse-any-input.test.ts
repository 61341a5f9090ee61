import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { groupHeaders } from '../../../src/lib/signatures/headers.ts'
import { parseSignature } from '../../../src/lib/signatures/parse.ts'
import { isProblem } from '../../../src/lib/signatures/types.ts'
import { verifySignature } from '../../../src/lib/signatures/verify.ts'
import { cavage, ed25519, now, parsed, receive, rfc9421, rsa } from './support.ts'

describe('any input', () => {
  const name = fc.constantFrom(
    'host',
    'date',
    'digest',
    'content-digest',
    'signature',
    'signature-input',
    '__proto__',
  )
  const fragment = fc.constantFrom(
    ...['keyId="k"', 'algorithm="hs2019"', 'headers="(request-target) host date digest"', 'signature="AAAA"'],
    ...[
      ',',
      ';',
      '=',
      '"',
      '(',
      ')',
      ':',
      '\\',
      'sig1',
      'created=9e9',
      'expires=0',
      '("@method")',
      '(created)',
    ],
  )
  const value = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.oneof(fragment, fc.string({ maxLength: 5 }))).map((parts) => parts.join('')),
  )
  const keys = [rsa.publicKey, ed25519.publicKey]

  test('of garbage headers yields a problem', () => {
    const headers = fc.array(fc.tuple(name, value), { maxLength: 12 })
    fc.assert(
      fc.property(headers, fc.string(), value, (pairs, method, target) => {
        const raw = ['Host', 'ours.test', ...pairs.flat()]
        const request = {
          method,
          target: `/${target}`,
          headers: groupHeaders(raw),
          origins: ['https://ours.test'],
        }
        expect(isProblem(parseSignature(request, now))).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })

  test.each([
    ['cavage', () => cavage],
    ['RFC 9421', () => rfc9421],
  ])('near a valid %s request never throws, and never verifies something else', (_, valid) => {
    const edit = fc.record({
      header: fc.nat(),
      at: fc.nat(),
      remove: fc.nat(3),
      insert: fc.oneof(fragment, fc.string()),
    })
    fc.assert(
      fc.property(edit, ({ header, at, remove, insert }) => {
        const entries = Object.entries(valid())
        const [editedName, original] = entries[header % entries.length]!
        const start = at % (original.length + 1)
        const edited = original.slice(0, start) + insert + original.slice(start + remove)
        const result = parseSignature(receive({ ...valid(), [editedName]: edited }), now)
        if (isProblem(result)) return
        const [genuine] = keys.filter((key) => verifySignature(result, key))
        if (genuine) expect(result.signingString).toEqual(parsed(receive(valid())).signingString)
      }),
      { numRuns: 2_000 },
    )
  })
})
