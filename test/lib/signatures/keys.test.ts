import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeBase58, encodeBase58 } from '../../../src/lib/signatures/base58.ts'
import {
  exportPrivateKeyDer,
  exportPublicKeyPem,
  importPrivateKeyDer,
  parseMultikey,
  parsePublicKeyPem,
  toMultikey,
} from '../../../src/lib/signatures/keys.ts'
import { ed25519, otherRsa, rsa } from './support.ts'

function rsaKey(modulusLength: number, publicExponent = 0x10001) {
  return generateKeyPairSync('rsa', { modulusLength, publicExponent }).publicKey
}

describe('our keys', () => {
  test('are RSA-2048 and Ed25519', () => {
    expect(rsa.publicKey.asymmetricKeyDetails).toEqual({ modulusLength: 2048, publicExponent: 65537n })
    expect(ed25519.publicKey.asymmetricKeyType).toBe('ed25519')
    expect(rsa.publicKey.equals(otherRsa.publicKey)).toBe(false)
  })

  test.each([rsa, ed25519])('survive being kept as DER', ({ privateKey }) => {
    expect(importPrivateKeyDer(exportPrivateKeyDer(privateKey)).equals(privateKey)).toBe(true)
  })
})

describe('parsePublicKeyPem', () => {
  const pem = exportPublicKeyPem(rsa.publicKey)

  test('reads SPKI and PKCS#1, however the lines are broken', () => {
    const pkcs1 = rsa.publicKey.export({ type: 'pkcs1', format: 'pem' }).toString()
    const oneLine = pem.replace(/(?<=[^-])\n(?=[^-])/g, '')
    for (const text of [pem, pkcs1, oneLine, pem.replaceAll('\n', '\r\n'), `\n ${pem.trim()}`]) {
      expect(parsePublicKeyPem(text)?.equals(rsa.publicKey)).toBe(true)
    }
  })

  test('takes sizes from 2048 to 8192 bits', () => {
    expect(parsePublicKeyPem(exportPublicKeyPem(rsaKey(4096)))?.asymmetricKeyDetails?.modulusLength).toBe(
      4096,
    )
    expect(parsePublicKeyPem(exportPublicKeyPem(rsaKey(1024)))).toBeUndefined()
    expect(parsePublicKeyPem(exportPublicKeyPem(rsaKey(2040)))).toBeUndefined()
  })

  test('refuses an exponent that makes verifying slow', () => {
    const jwk = rsa.publicKey.export({ format: 'jwk' })
    const long = createPublicKey({ key: { ...jwk, e: jwk.n!.slice(0, 100) }, format: 'jwk' })
    expect(parsePublicKeyPem(exportPublicKeyPem(long))).toBeUndefined()
    expect(parsePublicKeyPem(exportPublicKeyPem(rsaKey(2048, 3)))).toBeDefined()
  })

  test('refuses whatever else a PEM can hold', () => {
    const privatePem = rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey
    const others = [privatePem, exportPublicKeyPem(ec), exportPublicKeyPem(ed25519.publicKey), pem + pem]
    const damaged = [
      '',
      'x',
      pem.slice(0, 200),
      pem.replace('M', 'A'),
      pem + ' '.repeat(4096),
      pem.replace('\n', '\0'),
    ]
    expect([...others, ...damaged].map(parsePublicKeyPem)).toEqual(
      [...others, ...damaged].map(() => undefined),
    )
  })

  test('never throws', () => {
    const inside = fc.string().map((text) => `-----BEGIN PUBLIC KEY-----\n${text}\n-----END PUBLIC KEY-----`)
    const base64 = fc
      .base64String()
      .map((text) => `-----BEGIN RSA PUBLIC KEY-----\n${text}\n-----END RSA PUBLIC KEY-----`)
    fc.assert(
      fc.property(fc.oneof(fc.string(), inside, base64), (text) => parsePublicKeyPem(text) === undefined),
    )
  })
})

describe('Multikey', () => {
  // The Ed25519 example of the W3C Data Integrity EdDSA Cryptosuites.
  const example = 'z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2'

  test('goes there and back', () => {
    expect(parseMultikey(toMultikey(ed25519.publicKey))?.equals(ed25519.publicKey)).toBe(true)
    expect(toMultikey(ed25519.publicKey)).toMatch(/^z6Mk[1-9A-HJ-NP-Za-km-z]{44}$/)
    expect(toMultikey(parseMultikey(example)!)).toBe(example)
  })

  test('is not read from anything else', () => {
    const p256 = `z${encodeBase58(Buffer.concat([Buffer.from([0x80, 0x24]), Buffer.alloc(32, 1)]))}`
    const short = `z${encodeBase58(Buffer.from([0xed, 0x01, 1, 2, 3]))}`
    const texts = [
      '',
      'z',
      example.slice(1),
      `u${example.slice(1)}`,
      `${example}1`,
      example.slice(0, -1),
      p256,
      short,
    ]
    texts.push(example.replace('J', '0'), `z${'1'.repeat(100_000)}`)
    expect(texts.map(parseMultikey)).toEqual(texts.map(() => undefined))
    expect(() => toMultikey(rsa.publicKey)).toThrow(TypeError)
  })

  test('never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => parseMultikey(`z${text}`) === undefined))
  })
})

describe('base 58', () => {
  test.each([
    ['Hello World!', '2NEpo7TZRRrLZSi2U'],
    ['\0\0\x28\x7f\xb4\xcd', '11233QC4'],
    ['', ''],
    ['\0', '1'],
  ])('writes %j as %s', (bytes, text) => {
    expect(encodeBase58(Buffer.from(bytes, 'latin1'))).toBe(text)
    expect(decodeBase58(text)?.toString('latin1')).toBe(bytes)
  })

  test('reads back whatever it wrote', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(decodeBase58(encodeBase58(bytes))).toEqual(Buffer.from(bytes))
      }),
    )
  })
})
