import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { signCavage } from '../../../src/lib/signatures/cavage.ts'
import { digestBody, verifyDigest } from '../../../src/lib/signatures/digest.ts'
import { signRfc9421 } from '../../../src/lib/signatures/rfc9421.ts'
import { verifySignature } from '../../../src/lib/signatures/verify.ts'
import {
  body,
  cavage,
  ed25519,
  minutes,
  now,
  parsed,
  problemOf,
  receive,
  rfc9421,
  rsa,
  signing,
  withCavage,
  withInput,
} from './support.ts'
import type { ParsedSignature, SignatureAlgorithm } from '../../../src/lib/signatures/types.ts'

const seconds = now.getTime() / 1000

describe('one well-formed signature', () => {
  test('is required', () => {
    const { signature: _, ...unsigned } = cavage
    expect(problemOf(receive(unsigned))).toBe('missing_signature')
    expect(problemOf(receive({ ...cavage, signature: '' }))).toBe('malformed_signature')
    expect(problemOf(receive({ ...cavage, signature: [cavage['signature']!, cavage['signature']!] }))).toBe(
      'malformed_signature',
    )
  })

  test.each<[string, (signature: string) => string]>([
    ['a parameter twice', (signature) => `${signature},keyId="x"`],
    ['a trailing comma', (signature) => `${signature},`],
    ['an unquoted text', (signature) => signature.replace('"rsa-sha256"', 'rsa-sha256')],
    ['an escaped quote', (signature) => signature.replace('theirs', '\\"theirs')],
    ['no key id', (signature) => signature.replace(/keyId="[^"]*",/, '')],
    ['an empty key id', (signature) => signature.replace(/keyId="[^"]*"/, 'keyId=""')],
    ['no signature', (signature) => signature.replace(/,signature=.*/, '')],
    [
      'a signature that is not base64',
      (signature) => signature.replace(/signature="[^"]*"/, 'signature="%%%"'),
    ],
    ['base64 without padding', (signature) => signature.replace('=="', '"')],
    ['more than 4 KiB', (signature) => `${signature},opaque="${'x'.repeat(4096)}"`],
    [
      'more than 16 parameters',
      (signature) => `${signature}${[...'abcdefghijklm'].map((x) => `,${x}=1`).join('')}`,
    ],
    ['a component twice', (signature) => signature.replace('host date', 'host date date')],
    [
      'more than 32 components',
      (signature) => signature.replace(' digest"', ` digest${' x y z'.repeat(11)}"`),
    ],
  ])('cavage with %s is malformed', (_, change) => {
    expect(problemOf(withCavage(change))).toBe('malformed_signature')
  })

  test('cavage may put space after commas and carry unknown parameters', () => {
    const request = withCavage((signature) => `opaque="x", ${signature.replaceAll('",', '", ')}`)
    expect(verifySignature(parsed(request), rsa.publicKey)).toBe(true)
  })

  test.each<[string, (input: string) => string]>([
    ['a second signature', (input) => `${input}, sig2=("@method");keyid="x"`],
    ['another label', (input) => input.replace('sig1', 'sig2')],
    ['a parameter twice', (input) => `${input};created=1`],
    ['no key id', (input) => input.replace(/;keyid="[^"]*"/, '')],
    ['components with parameters', (input) => input.replace('"@method"', '"@method";req')],
    ['no components', (input) => input.replace(/\([^)]*\)/, '()')],
    ['a component twice', (input) => input.replace('"@method"', '"@method" "@method"')],
    ['more than 4 KiB', (input) => `${input};nonce="${'x'.repeat(4096)}"`],
    ['nothing in it', () => ''],
  ])('RFC 9421 with %s is malformed', (_, change) => {
    expect(problemOf(withInput(change))).toBe('malformed_signature')
  })

  test('RFC 9421 needs each of its headers once', () => {
    const { 'signature-input': input = '', ...rest } = rfc9421
    expect(problemOf(receive(rest))).toBe('malformed_signature')
    expect(problemOf(receive({ ...rest, 'signature-input': [input, input] }))).toBe('malformed_signature')
    expect(problemOf(receive({ ...rfc9421, signature: 'sig1=:%%%:' }))).toBe('malformed_signature')
  })

  test('names an algorithm that we know', () => {
    const named = (name: string) => withCavage((signature) => signature.replace('rsa-sha256', name))
    expect(problemOf(named('none'))).toBe('unsupported_algorithm')
    expect(problemOf(named('hmac-sha256'))).toBe('unsupported_algorithm')
    expect(problemOf(named('rsa-sha1'))).toBe('unsupported_algorithm')
    expect(problemOf(withInput((input) => input.replace('rsa-v1_5-sha256', 'hmac-sha256')))).toBe(
      'unsupported_algorithm',
    )
  })

  test('leaves the algorithm to the key as hs2019 or unnamed', () => {
    const hs2019 = parsed(withCavage((signature) => signature.replace('rsa-sha256', 'hs2019')))
    const unnamed = parsed(withCavage((signature) => signature.replace('algorithm="rsa-sha256",', '')))
    expect([hs2019.algorithm, unnamed.algorithm]).toEqual([undefined, undefined])
    expect(verifySignature(hs2019, rsa.publicKey)).toBe(true)
    expect(verifySignature(unnamed, rsa.publicKey)).toBe(true)
    expect(verifySignature(hs2019, ed25519.publicKey)).toBe(false)
  })
})

describe('an algorithm that is named', () => {
  test('must be that of the key, even where the signature itself is right', async () => {
    const named = (request: ParsedSignature, algorithm: SignatureAlgorithm | undefined) => ({
      ...request,
      algorithm,
    })
    const byRsa = parsed(receive(cavage))
    const byEd25519 = parsed(receive(await signRfc9421({ ...signing, privateKey: ed25519.privateKey })))
    expect(verifySignature(named(byRsa, undefined), rsa.publicKey)).toBe(true)
    expect(verifySignature(named(byRsa, 'ed25519'), rsa.publicKey)).toBe(false)
    expect(verifySignature(named(byEd25519, undefined), ed25519.publicKey)).toBe(true)
    expect(verifySignature(named(byEd25519, 'rsa-sha256'), ed25519.publicKey)).toBe(false)
  })

  test('must be one that we know: no other type of key verifies anything', () => {
    const { publicKey } = generateKeyPairSync('rsa-pss', { modulusLength: 2048 })
    expect(verifySignature(parsed(receive(cavage)), publicKey)).toBe(false)
  })
})

describe('the host', () => {
  test('must be one of ours, named once', () => {
    expect(problemOf(receive({ ...cavage, host: 'theirs.test' }))).toBe('wrong_host')
    expect(problemOf(receive({ ...cavage, host: ['ours.test', 'theirs.test'] }))).toBe('wrong_host')
    expect(problemOf(receive({ ...cavage, host: 'ours.test.' }))).toBe('wrong_host')
    expect(problemOf(receive({ ...cavage, host: 'ours.test:8443' }))).toBe('wrong_host')
    const { host: _, ...hostless } = cavage
    expect(problemOf(receive(hostless))).toBe('wrong_host')
  })

  test('may name the default port and be written in capitals', () => {
    expect(problemOf(receive({ ...cavage, host: 'OURS.test:443' }))).toBeUndefined()
    expect(
      problemOf(receive({ ...cavage, host: 'ours.test:80' }, { origins: ['http://ours.test'] })),
    ).toBeUndefined()
  })

  test('stands in its header, not in the request target', () => {
    expect(problemOf(receive(cavage, { target: 'https://ours.test/inbox?x=1' }))).toBe('malformed_request')
    expect(problemOf(receive(cavage, { target: '*' }))).toBe('malformed_request')
  })
})

describe('the time', () => {
  test.each([
    [-13 * 60, 'outside_time_window'],
    [-65, 'outside_time_window'],
    [-55, undefined],
    [0, undefined],
    [55, undefined],
    [65, 'outside_time_window'],
  ])('may be an hour away from ours: a Date and a created of %i minutes', async (offset, expected) => {
    const date = minutes(offset)
    expect(problemOf(receive(await signCavage({ ...signing, date })))).toBe(expected)
    expect(problemOf(receive(await signRfc9421({ ...signing, date })))).toBe(expected)
  })

  test.each(['garbage', '', '2026-11-21T12:00:00Z', '1795262400', 'Sat, 99 Nov 2026 12:00:00 GMT', '0'])(
    'is not read from the Date %j',
    (date) => {
      expect(problemOf(receive({ ...cavage, date }))).toBe('malformed_date')
    },
  )

  test('is not read from two Dates', () => {
    expect(problemOf(receive({ ...cavage, date: [cavage['date']!, cavage['date']!] }))).toBe('malformed_date')
  })

  test('is stated somewhere', () => {
    const { date: _, ...dateless } = cavage
    expect(problemOf(receive(dateless))).toBe('missing_date')
    expect(problemOf(withInput((input) => input.replace(/;created=\d+/, '')))).toBe('missing_date')
  })

  test.each(['999999999999', '"soon"', '99999999999999999', '-1', '1.5'])(
    'is not read from created=%s',
    (created) => {
      expect(problemOf(withInput((input) => input.replace(/created=\d+/, `created=${created}`)))).toMatch(
        /^malformed_/,
      )
      expect(problemOf(withCavage((signature) => `created=${created},${signature}`))).toMatch(/^malformed_/)
    },
  )

  test('must not be past expires, covered or not', () => {
    const expiring = (offset: number) => withInput((input) => `${input};expires=${seconds + offset}`)
    expect(problemOf(expiring(-1))).toBe('expired')
    expect(problemOf(expiring(0))).toBe('expired')
    expect(problemOf(expiring(1))).toBeUndefined()
    expect(problemOf(withCavage((signature) => `${signature},expires=${seconds - 1}`))).toBe('expired')
    expect(problemOf(withCavage((signature) => `${signature},expires="never"`))).toBe('malformed_date')
  })
})

describe('the digest', () => {
  const sha256 = digestBody(body).toString('base64')

  test.each([
    'SHA=2jmj7l5rSw0yVb/vlWAYkK/YBwk=',
    'SHA-256=',
    'SHA-256=AAAA',
    `SHA-256=${sha256},SHA-256=${sha256}`,
    `SHA-512=${sha256}`,
    `SHA-256=:${sha256}:`,
    'SHA-256=%%%',
    '',
  ])('is not read from the Digest %j', (digest) => {
    expect(problemOf(receive({ ...cavage, digest }))).toBe('malformed_digest')
  })

  test('stands there once', () => {
    expect(problemOf(receive({ ...cavage, digest: [cavage['digest']!, cavage['digest']!] }))).toBe(
      'malformed_digest',
    )
  })

  test.each([`sha-256=${sha256}`, `SHA=2jmj7l5rSw0yVb/vlWAYkK/YBwk=, sHa-256=${sha256}`])(
    'is read from the Digest %j',
    (digest) => {
      expect(verifyDigest(parsed(receive({ ...cavage, digest })), body)).toBeUndefined()
    },
  )

  test('is read from a Content-Digest with other algorithms beside', () => {
    const digest = `sha-512=:AAAA:, SHA-256=:${sha256}:`
    expect(verifyDigest(parsed(receive({ ...rfc9421, 'content-digest': digest })), body)).toBeUndefined()
    const weak = receive({ ...rfc9421, 'content-digest': 'sha=:2jmj7l5rSw0yVb/vlWAYkK/YBwk=:' })
    expect(problemOf(weak)).toBe('malformed_digest')
  })
})
