import { describe, expect, test } from 'vitest'
import { signCavage } from '../../../src/lib/signatures/cavage.ts'
import { signRfc9421 } from '../../../src/lib/signatures/rfc9421.ts'
import { verifySignature } from '../../../src/lib/signatures/verify.ts'
import { parsed, receive, rsa, signing } from './support.ts'

const name = 'collection-synchronization'
const value = 'collectionId="https://theirs.test/f", url="https://theirs.test/s", digest="00ff"'
const request = { ...signing, extraHeaders: { [name]: value } }

describe.each([
  ['draft-cavage', signCavage, ['(request-target)', 'host', 'date', 'digest', name]],
  ['RFC 9421', signRfc9421, ['@method', '@target-uri', '@authority', 'content-digest', name]],
])('a further header in %s', (_name, sign, covered) => {
  test('is sent and covered', async () => {
    const headers = await sign(request)
    expect(headers).toHaveProperty(name, value)
    const signature = parsed(receive(headers))
    expect(signature.covered).toEqual(covered)
    expect(verifySignature(signature, rsa.publicKey)).toBe(true)
  })

  test('cannot be changed or doubled on the way', async () => {
    const headers = await sign(request)
    for (const other of [value.replace('00ff', '00fe'), [value, value]]) {
      expect(verifySignature(parsed(receive({ ...headers, [name]: other })), rsa.publicKey)).toBe(false)
    }
  })
})
